import { query, setQuery } from "../../app/router.js";
import { session } from "../../app/session.js";
import { CopyButton } from "../../parts/CopyButton.js";
import type { JsonObject } from "../../parts/json.js";
import { type Language, LANGUAGES } from "./samples.js";

const NAMES = Object.keys(LANGUAGES) as Language[];

/** Code that sends the command as it is in the form. The key is never in it. */
export function Code({ vm, command, args }: { vm: string; command: string; args: JsonObject }) {
  const asked = query.value.get("code");
  const language = NAMES.find((name) => name === asked) ?? "curl";
  const now = session.value;
  const text = LANGUAGES[language]({ url: location.origin, vm, command, arguments: args, needsKey: now.state === "signed-in" && now.canSignOut });
  return (
    <details class="card code" open={asked !== null} onToggle={({ currentTarget }) => {
      if (currentTarget.open !== (query.value.get("code") !== null)) {
        setQuery({ code: currentTarget.open ? language : "" });
      }
    }}>
      <summary>Show as code</summary>
      <div class="body">
        <p class="languages">
          {NAMES.map((name) => <button key={name} type="button" class="btn" aria-pressed={name === language} onClick={() => setQuery({ code: name })}>{name}</button>)}
          <CopyButton text={text} name="Copy" />
        </p>
        <pre tabIndex={0} role="region" aria-label={`The command in ${language}`}>{text}</pre>
      </div>
    </details>
  );
}
