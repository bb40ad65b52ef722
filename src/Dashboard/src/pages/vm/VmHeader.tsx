import type { Vm } from "@qmp-gateway/client";
import { useEffect, useRef } from "preact/hooks";
import { vmPath } from "../../app/router.js";
import { may } from "../../app/session.js";
import { LifecycleButton } from "../../parts/LifecycleButton.js";
import { SentResults } from "../../parts/SentResults.js";
import { State } from "../../parts/StateMark.js";
import { offered, type LifecycleName } from "../../qemu/lifecycle.js";
import { stateOf } from "../../qemu/runStates.js";

/** What the page is about, how it is, and the commands that make sense now. */
export function VmHeader({ vm }: { vm: Vm }) {
  const { first, rest } = offered(vm);
  return (
    <>
      <header class="vm-header">
        <h1>{vm.id}</h1>
        <State shown={stateOf(vm)} />
        <ul class="vm-labels" aria-label="Labels">
          {Object.entries(vm.labels).map(([name, value]) => <li key={name}><a class="label wrap" href={`/?q=${encodeURIComponent(`${name}=${value}`)}`} title={`Show VMs with ${name}=${value}`}>{name}={value}</a></li>)}
        </ul>
        <p class="vm-commands">
          {first.map((command, i) => <LifecycleButton key={command} vm={vm} command={command} first={i === 0 && command !== "stop"} />)}
          {rest.length > 0 && may("operator", vm.id) && <More vm={vm} commands={rest} />}
          {may("admin", vm.id) && vm.qemu !== null && <a class="btn" href={vmPath(vm.id, "commands")}>Commands</a>}
        </p>
      </header>
      <SentResults vm={vm.id} />
    </>
  );
}

function More({ vm, commands }: { vm: Vm; commands: readonly LifecycleName[] }) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = (): void => {
    if (menu.current !== null) {
      menu.current.open = false;
    }
  };
  useEffect(() => {
    const over = new AbortController();
    const leave = (event: Event): void => {
      if (!menu.current?.contains(event.target as Node)) {
        close();
      }
    };
    addEventListener("pointerdown", leave, { signal: over.signal });
    addEventListener("focusin", leave, { signal: over.signal });
    return () => over.abort();
  }, []);
  const escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && document.querySelector("dialog[open]") === null) {
      close();
      menu.current?.querySelector("summary")?.focus();
    }
  };
  return (
    <details class="vm-menu" ref={menu} onKeyDown={escape}>
      <summary class="btn">More</summary>
      <div class="vm-menu-items">{commands.map((command) => <LifecycleButton key={command} vm={vm} command={command} onSent={close} />)}</div>
    </details>
  );
}
