import { vmPath } from "../../app/router.js";
import type { Result } from "../../fleet/results.js";
import { sent } from "../../fleet/sent.js";
import { dataOf } from "../../qemu/events.js";
import { LIFECYCLE, type LifecycleName } from "../../qemu/lifecycle.js";

/** The result of a command on each of many VMs, the problems first. */
export function BulkResults({ command, vms }: { command: LifecycleName; vms: readonly string[] }) {
  const results = vms.flatMap((vm): { vm: string; words: Words }[] => {
    const one = sent.value.get(vm)?.find((entry) => entry.command === command);
    return one === undefined ? [] : [{ vm, words: wordsOf(one.result, command) }];
  });
  const counts = new Map<string, number>();
  results.forEach(({ words }) => counts.set(words.short, (counts.get(words.short) ?? 0) + 1));
  return (
    <>
      <p role="status"><b>{[...counts].map(([short, count]) => `${count} ${short}`).join(", ")}</b></p>
      <ul class="named outcomes" tabIndex={0} aria-label="The result of each VM">
        {results.sort((a, b) => a.words.rank - b.words.rank).map(({ vm, words }) => (
          <li key={vm} class={words.tone}><a href={vmPath(vm)}>{vm}</a> <span><b>{words.short}</b>{words.long}</span></li>
        ))}
      </ul>
    </>
  );
}

interface Words {
  short: string;
  long: string;
  tone: "done" | "failure" | "warning";
  rank: number;
}

function wordsOf(result: Result, command: LifecycleName): Words {
  const { doing, done, already } = LIFECYCLE[command];
  const [lowDone, lowDoing] = [done.toLowerCase(), doing.toLowerCase()];
  switch (result.kind) {
    case "waiting":
      return { short: lowDoing, long: "", tone: "warning", rank: 3 };
    case "done":
      return { short: lowDone, long: result.event === null && already !== undefined ? `: ${already}` : "", tone: "done", rank: 4 };
    case "refused": {
      const words = result.failure.problem.qmpError?.desc;
      return { short: "refused", long: words === undefined ? `: ${result.failure.message}` : `: QEMU says “${words}”`, tone: "failure", rank: 0 };
    }

    case "not-sent":
      return { short: "not sent", long: `: ${result.failure.message}`, tone: "failure", rank: 1 };
    case "incomplete":
      return { short: "not finished", long: ": QEMU accepted it, but the VM has not completed it yet.", tone: "warning", rank: 2 };
    case "unknown":
      return { short: "unknown", long: ": it may have taken effect. Check the VM's state before you send it again.", tone: "warning", rank: 0 };
    case "settled": {
      const isDone = dataOf<"COMMAND_FINISHED_LATE">(result.by).outcome === "done";
      return { short: isDone ? `${lowDone} late` : "refused late", long: "", tone: isDone ? "done" : "failure", rank: isDone ? 4 : 0 };
    }
  }
}
