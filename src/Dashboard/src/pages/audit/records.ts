import type { AuditPage } from "@qmp-gateway/client";

/** A request that could have changed something. */
export type AuditRecord = AuditPage["items"][number];

/** What somebody tried to do: a command of QEMU, or something that the gateway does itself. */
export function deedOf({ command, method, path, vm }: AuditRecord): { command: string } | { words: string } {
  if (command !== null) {
    return { command };
  }

  const own = vm !== null && path === `/vms/${encodeURIComponent(vm)}`;
  return { words: own && method === "PUT" ? "Define the VM" : own && method === "DELETE" ? "Remove the VM" : path.startsWith("/bulk") ? "Command many VMs" : `${method} ${path}` };
}

/** What became of it, in words, and how it looks. */
export function outcomeOf({ outcome, problem, replayed }: AuditRecord): { tone: "running" | "broken" | "paused"; words: string } {
  const again = replayed ? " The request came twice: this time it was only answered again." : "";
  switch (outcome) {
    case "done":
      return problem === null ? { tone: "running", words: `Done.${again}` }
        : { tone: "paused", words: `Done by QEMU, but ${PROBLEMS[problem] ?? `the answer was ${problem}`}.${again}` };
    case "refused":
      return { tone: "broken", words: `QEMU refused it.${again}` };
    case "not-sent":
      return { tone: "broken", words: `Nothing was sent: ${problem === null ? "nobody wrote down why" : (PROBLEMS[problem] ?? problem)}.${again}` };
    case "forbidden":
      return { tone: "broken", words: `Not allowed: ${problem === null ? "access was denied" : (PROBLEMS[problem] ?? problem)}.${again}` };
    case "unknown":
      return { tone: "paused", words: `Not known whether it took effect${problem === null ? "" : `: ${PROBLEMS[problem] ?? problem}`}.${again}` };
    default:
      return { tone: "paused", words: `${outcome}.${again}` };
  }
}

/** How a caller was known. */
export const CALLERS: Readonly<Record<string, string>> = { key: "by API key", token: "by token", monitor: "by a native QMP socket", anonymous: "without sign-in" };

const PROBLEMS: Readonly<Record<string, string>> = {
  "invalid-request": "the request was not valid",
  "forbidden": "the role was not enough",
  "command-forbidden": "the command policy denies it",
  "vm-not-found": "there was no such VM",
  "vm-unreachable": "the VM was not connected",
  "run-changed": "the VM had been restarted since",
  "wait-timed-out": "the event that completes it did not come in time",
  "wait-aborted": "the VM went away before the event that completes it",
  "timed-out": "QEMU did not answer in time",
  "outcome-unknown": "QEMU went away before it answered",
  "command-not-supported": "this QEMU has no such command",
  "command-refused": "QEMU refused it",
  "rate-limited": "too many requests were under way",
  "storage-unavailable": "the gateway could not store it",
  "endpoint-in-use": "another VM has that endpoint",
  "key-reused": "its idempotency key was another request's",
  "in-progress": "the same request was still under way",
  "already-exists": "the VM existed already",
  "vm-owned": "the VM is not the API's to change",
  "vm-ambiguous": "it did not say which VM",
  "payload-too-large": "the body was too large",
  "unsupported-media-type": "the body was not JSON",
  "internal-error": "the gateway failed; its log says more",
  "unauthenticated": "nobody was signed in",
};
