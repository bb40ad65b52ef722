import { GatewayError } from "@qmp-gateway/client";

/** Why something failed, in the gateway's words and QEMU's, with the trace to look for in the log. */
export function Failure({ failure, what }: { failure: unknown; what?: string }) {
  const error = failure instanceof GatewayError ? failure : undefined;
  return (
    <div class="failure" role="alert">
      <p>
        <strong>{what ?? error?.problem.title ?? "Request failed"}.</strong>{" "}
        {failure instanceof Error ? failure.message : String(failure)}
      </p>
      {error?.problem.qmpError && <p>QEMU says: <q>{error.problem.qmpError.desc}</q> ({error.problem.qmpError.class})</p>}
      {error?.problem.traceId && <p class="quiet">Trace <code>{error.problem.traceId}</code></p>}
    </div>
  );
}
