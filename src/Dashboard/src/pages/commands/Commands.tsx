import type { CommandList } from "@qmp-gateway/client";
import { useMemo } from "preact/hooks";
import { useKeys } from "../../app/keys.js";
import { query, setQuery } from "../../app/router.js";
import { grouped } from "../../qemu/commands.js";

/** A command, with QEMU's description and the policy's decision. */
export type Command = CommandList["items"][number];

/** The commands to choose from, by subject. */
export function Commands({ commands, chosen }: { commands: readonly Command[]; chosen: string | undefined }) {
  const words = query.value.get("q") ?? "";
  const onlyAllowed = query.value.get("allowed") === "1";
  const found = useMemo(() => filtered(commands, words, onlyAllowed), [commands, words, onlyAllowed]);
  const groups = useMemo(() => grouped(found), [found]);
  const order = groups.flatMap(([, members]) => members);
  const move = (by: number): void => {
    const at = order.findIndex(({ name }) => name === chosen);
    const next = order[at < 0 ? (by > 0 ? 0 : order.length - 1) : at + by];
    if (next !== undefined) {
      setQuery({ command: next.name });
      document.querySelector(`[data-command="${CSS.escape(next.name)}"]`)?.scrollIntoView({ block: "nearest" });
    }
  };
  useKeys([
    { keys: "j", does: "Next command", run: () => move(1) },
    { keys: "k", does: "Previous command", run: () => move(-1) },
  ]);

  return (
    <nav class="card commands" aria-label="Commands of this QEMU">
      <div class="find">
        <input type="search" data-search aria-label="Search the commands" placeholder="Name or subject…   /" value={words} onInput={({ currentTarget }) => setQuery({ q: currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && order[0] !== undefined) {
              setQuery({ command: order[0].name }, "push");
            }
          }} />
        <label class="only"><input type="checkbox" checked={onlyAllowed} onChange={({ currentTarget }) => setQuery({ allowed: currentTarget.checked ? "1" : "" })} /> Only allowed by the policy</label>
        <p class="quiet" role="status">{found.length === commands.length ? `${commands.length} commands` : `${found.length} of ${commands.length} commands`}</p>
      </div>
      <div class="groups" tabIndex={-1}>
        {groups.map(([group, members]) => (
          <section key={group} aria-label={group}>
            <h2>{group}</h2>
            <ul>{members.map((command) => <Choice key={command.name} command={command} isChosen={command.name === chosen} />)}</ul>
          </section>
        ))}
        {found.length === 0 && <p class="quiet nothing">No command matches. <button type="button" class="link" onClick={() => setQuery({ q: "", allowed: "" })}>Show all</button></p>}
      </div>
    </nav>
  );
}

function Choice({ command, isChosen }: { command: Command; isChosen: boolean }) {
  const search = new URLSearchParams(query.value);
  search.set("command", command.name);
  return (
    <li>
      <a href={`?${search}`} aria-current={isChosen ? "true" : undefined} data-command={command.name}>
        <code>{command.name}</code>
        {!command.allowed && <span class="mark-word">denied</span>}
        {command.deprecated && <span class="mark-word">deprecated</span>}
        {command.unstable && <span class="mark-word">unstable</span>}
      </a>
    </li>
  );
}

/** The commands that have every word in their name or group. */
export function filtered(commands: readonly Command[], words: string, onlyAllowed: boolean): Command[] {
  const wanted = words.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const groups = wanted.length === 0 ? [] : grouped(commands);
  const groupOf = new Map(groups.flatMap(([group, members]) => members.map(({ name }) => [name, group.toLowerCase()] as const)));
  return commands.filter(({ name, allowed }) =>
    (allowed || !onlyAllowed) && wanted.every((word) => name.toLowerCase().includes(word) || (groupOf.get(name) ?? "").includes(word)));
}
