import { setQuery } from "../../app/router.js";
import { prettyJson } from "../../parts/prettyJson.js";
import { Clock } from "../../parts/When.js";
import { reuse } from "./draft.js";
import { forgetSent, type Sent, sentCommands } from "./history.js";

const OUTCOMES = { "done": "Done", "refused": "Refused", "not-sent": "Not sent", "unknown": "Unknown" } as const;

/** The commands that were sent to this VM from this tab, newest first. */
export function SentCommands({ vm, known }: { vm: string; known: ReadonlySet<string> }) {
  const all = sentCommands.value.filter((sent) => sent.vm === vm);
  const again = (sent: Sent): void => {
    reuse(vm, sent.command, sent.arguments);
    setQuery({ command: sent.command }, "push");
  };
  return all.length === 0 ? null : (
    <section class="card sent" aria-labelledby="sent">
      <header>
        <h2 id="sent">Sent from this tab</h2>
        <button type="button" class="link" onClick={forgetSent}>Clear</button>
      </header>
      <ul>
        {all.map((sent) => (
          <li key={sent.at}>
            <Clock at={sent.at} /> <code class="wrap">{sent.command}</code> <span class={`outcome ${sent.outcome}`}>{OUTCOMES[sent.outcome]}</span>
            {known.has(sent.command) && <button type="button" class="link" onClick={() => again(sent)}>Use again<span class="unseen"> {sent.command}</span></button>}
            {Object.keys(sent.arguments).length > 0 && <details><summary>Arguments</summary><pre>{prettyJson(sent.arguments)}</pre></details>}
            {sent.leftOut && <p class="quiet">Secrets are not kept, so the arguments are incomplete.</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
