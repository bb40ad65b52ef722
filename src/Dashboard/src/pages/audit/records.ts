import type { AuditPage } from "@qmp-gateway/client";

/** A request that could have changed something. */
export type AuditRecord = AuditPage["items"][number];

/** What the caller tried to do: a QEMU command, or a request to the gateway itself. */
export function deedOf({ command, method, path, vm }: AuditRecord): { command: string } | { words: string } {
  if (command !== null) {
    return { command };
  }

  const own = vm !== null && path === `/vms/${encodeURIComponent(vm)}`;
  return { words: own && method === "PUT" ? "Define the VM" : own && method === "DELETE" ? "Remove the VM" : path.startsWith("/bulk") ? "Command many VMs" : `${method} ${path}` };
}

/** The outcome in words, and its tone. */
export function outcomeOf({ outcome, problem, replayed }: AuditRecord): { tone: "running" | "broken" | "paused"; words: string } {
  const again = replayed ? " This was a repeated request: the gateway returned the first result." : "";
  switch (outcome) {
    case "done":
      return problem === null ? { tone: "running", words: `Done.${again}` }
        : { tone: "paused", words: `Acknowledged by QEMU, but ${PROBLEMS[problem] ?? `the problem was ${problem}`}.${again}` };
    case "refused":
      return { tone: "broken", words: `QEMU refused it.${again}` };
    case "not-sent":
      return { tone: "broken", words: `Nothing was sent: ${problem === null ? "no reason recorded" : (PROBLEMS[problem] ?? problem)}.${again}` };
    case "forbidden":
      return { tone: "broken", words: `Not allowed: ${problem === null ? "access was denied" : (PROBLEMS[problem] ?? problem)}.${again}` };
    case "unknown":
      return { tone: "paused", words: `Unknown whether it took effect${problem === null ? "" : `: ${PROBLEMS[problem] ?? problem}`}.${again}` };
    default:
      return { tone: "paused", words: `${outcome}.${again}` };
  }
}

/** How a caller was known. */
export const CALLERS: Readonly<Record<string, string>> = { key: "by API key", token: "by token", monitor: "by a native QMP socket", anonymous: "without sign-in" };

const PROBLEMS: Readonly<Record<string, string>> = {
  "invalid-request": "the request was invalid",
  "forbidden": "the caller's role does not permit it",
  "command-forbidden": "the command policy denies it",
  "vm-not-found": "there was no such VM",
  "vm-unreachable": "the VM was not connected",
  "run-changed": "the VM had been restarted since",
  "wait-timed-out": "the event that completes it did not arrive in time",
  "wait-aborted": "the VM disconnected before the event that completes it",
  "timed-out": "QEMU did not answer in time",
  "outcome-unknown": "the connection was lost before QEMU answered",
  "command-not-supported": "this QEMU has no such command",
  "command-refused": "QEMU refused it",
  "rate-limited": "too many requests were in flight",
  "storage-unavailable": "the gateway could not store it",
  "endpoint-in-use": "another VM has that endpoint",
  "key-reused": "its idempotency key was used by another request",
  "in-progress": "the same request was still in progress",
  "already-exists": "the VM already existed",
  "vm-owned": "the VM cannot be changed through the API",
  "vm-ambiguous": "it did not name a VM",
  "payload-too-large": "the body was too large",
  "unsupported-media-type": "the body was not JSON",
  "internal-error": "the gateway failed, see its log",
  "unauthenticated": "the caller was not authenticated",
};
