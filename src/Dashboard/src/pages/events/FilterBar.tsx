import { useEffect, useRef, useState } from "preact/hooks";
import { query, setQuery } from "../../app/router.js";
import { fleet } from "../../fleet/fleet.js";
import { NAMES } from "../../qemu/eventWords.js";
import { type EventsFilter, isNarrow } from "./filter.js";
import { TimeRange } from "./TimeRange.js";

const LATER = 300;
/** What a new filter starts without: it is another list of events. */
const ANOTHER = { open: "", before: "" } as const;

/** What to show: VMs, events, labels, members of their data, a time, only alarms. All of it is in the address. */
export function FilterBar({ filter }: { filter: EventsFilter }) {
  return (
    <form class="event-filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      <Field name="vm" label="VM" placeholder="VM: web-*" help="Ids, parts of ids, or patterns, separated by spaces" list="vms-known" />
      <Field name="event" label="Event" placeholder="Event: GUEST_*" help="Names, parts of names, or patterns, separated by spaces" list="events-known" />
      <Field name="label" label="Label" placeholder="Label: rack=a" help="name=value, a label that the VM has now" />
      <Field name="data" label="Data member" placeholder="Data: id=job0" help="NAME=VALUE, with dots for nested members: info.type=hyper-v" />
      <TimeRange since={filter.since} until={filter.until} onChange={(since, until) => setQuery({ since, until, ...ANOTHER }, "push")} />
      <button type="button" class="btn" aria-pressed={filter.alarms} onClick={() => setQuery({ alarms: filter.alarms ? "" : "1", ...ANOTHER }, "push")}>Alarms only</button>
      {(isNarrow(filter) || filter.before !== "") && <button type="button" class="link" onClick={clear}>Clear</button>}
      <datalist id="vms-known">{[...fleet.value.keys()].sort().slice(0, 200).map((id) => <option key={id} value={id} />)}</datalist>
      <datalist id="events-known">{[...NAMES].sort().map((name) => <option key={name} value={name} />)}</datalist>
    </form>
  );
}

/** Searches for words. */
export function Words() {
  return <Field name="q" label="Search in the events" placeholder="Words in the events…   /" help="" isSearch />;
}

/** Shows all events. */
export function clear(): void {
  setQuery({ vm: "", event: "", label: "", data: "", q: "", since: "", until: "", alarms: "", ...ANOTHER }, "push");
}

interface FieldProps {
  name: string;
  label: string;
  placeholder: string;
  help: string;
  list?: string;
  isSearch?: boolean;
}

/** A field whose text goes into the address a moment after the last key. */
function Field({ name, label, placeholder, help, list, isSearch = false }: FieldProps) {
  const inAddress = query.value.getAll(name).join(" ");
  const [typed, setTyped] = useState(inAddress);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const written = useRef(inAddress);
  useEffect(() => {
    // Back, or a link: the address has another text than was typed.
    if (inAddress !== written.current) {
      written.current = inAddress;
      setTyped(inAddress);
    }
  }, [inAddress]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const write = (text: string): void => {
    clearTimeout(timer.current);
    written.current = text.trim();
    setQuery({ [name]: text.trim(), ...ANOTHER });
  };
  return (
    <input class={isSearch ? "search" : "filter"} type="search" aria-label={label} placeholder={placeholder} title={help} list={list} value={typed}
      autocomplete="off" spellcheck={false} data-search={isSearch ? "" : undefined}
      onInput={({ currentTarget: { value } }) => {
        setTyped(value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => write(value), LATER);
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          write(event.currentTarget.value);
        }
      }} />
  );
}
