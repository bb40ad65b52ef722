import { type CommandList, GatewayError } from "@qmp-gateway/client";
import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { query, vmPath } from "../../app/router.js";
import { gateway, may } from "../../app/session.js";
import { fleet, isListed } from "../../fleet/fleet.js";
import { Failure } from "../../parts/Failure.js";
import { State } from "../../parts/StateMark.js";
import { stateOf } from "../../qemu/runStates.js";
import { Commands } from "./Commands.js";
import { CommandView } from "./CommandView.js";
import { reuses } from "./draft.js";
import type { Definitions } from "./form/schema.js";
import { SentCommands } from "./SentCommands.js";

/** Every command of a VM's QEMU, and the one that is chosen. */
export function VmCommands({ id }: { id: string }) {
  // Redrawn only for this VM.
  const vm = useComputed(() => fleet.value.get(id)?.vm).value;
  const [read, setRead] = useState<{ list: CommandList } | { failure: unknown }>();
  const [attempt, setAttempt] = useState(0);
  const chosen = query.value.get("command") ?? undefined;
  // Another run may be another QEMU, and a VM that connects for the first time has commands from then on.
  const run = vm?.run ?? null;
  const isConnected = vm?.connection.state === "connected";
  // The request would only wait for the VM.
  const isUnknown = vm !== undefined && !isConnected && vm.qemu === null;
  useEffect(() => {
    if (isUnknown) {
      return undefined;
    }

    const over = new AbortController();
    gateway.listCommands(id, over.signal).then((list) => setRead({ list }), (failure: unknown) => {
      if (!over.signal.aborted) {
        setRead({ failure });
      }
    });
    return () => over.abort();
  }, [id, run, isConnected, isUnknown, attempt]);

  const list = read !== undefined && "list" in read ? read.list : undefined;
  const command = list?.items.find(({ name }) => name === chosen);
  useFocusOn(command?.name);
  return (
    <>
      <header class="bar-of-page">
        <h1>Commands of <a href={vmPath(id)}>{id}</a></h1>
        {vm !== undefined && <State shown={stateOf(vm)} />}
        {vm?.qemu && <span class="quiet">QEMU {vm.qemu.version}</span>}
        <span class="grow" />
        {may("admin") && <a class="btn" href="/ui/commands">Another VM</a>}
      </header>
      {isListed.value && vm !== undefined && !isConnected && list !== undefined && <p class="warning last-run">The VM is not connected, so nothing can be sent. These are the commands of its last run.</p>}
      {isUnknown ? <NeverReached id={id} reason={vm.connection.reason} />
        : read === undefined ? <p class="quiet" role="status">Loading the commands…</p>
        : list === undefined ? <NoCommands failure={"failure" in read ? read.failure : undefined} id={id} onRetry={() => { setRead(undefined); setAttempt(attempt + 1); }} />
          : (
            <div class={`choose ${chosen === undefined ? "" : "chosen"}`}>
              <Commands commands={list.items} chosen={chosen} />
              <div class="detail">
                {command !== undefined ? <CommandView key={`${command.name} ${reuses.value}`} vm={vm} id={id} command={command} defs={list.$defs as Definitions} />
                  : chosen !== undefined ? <p class="card empty">This QEMU has no command <code>{chosen}</code>{vm?.qemu && ` (it is version ${vm.qemu.version})`}. Choose one from the list.</p>
                    : <p class="card empty quiet">Choose a command. Its form is made from QEMU's own schema, so it matches this version.</p>}
                <SentCommands vm={id} known={new Set(list.items.map(({ name }) => name))} />
              </div>
            </div>
          )}
    </>
  );
}

// A command that was chosen while the page is open gets the focus, so that keyboard users continue in its form.
function useFocusOn(command: string | undefined): void {
  const before = useRef(command);
  useEffect(() => {
    if (command !== undefined && before.current !== command) {
      document.getElementById("command-name")?.focus({ preventScroll: matchMedia("(min-width: 761px)").matches });
    }

    before.current = command;
  }, [command]);
}

function NoCommands({ failure, id, onRetry }: { failure: unknown; id: string; onRetry: () => void }) {
  const slug = failure instanceof GatewayError ? failure.slug : "";
  return (
    <div class="card empty">
      {slug === "command-not-supported" ? (
        <>
          <h2>This QEMU does not describe its commands</h2>
          <p>It does not have <code>query-qmp-schema</code>, which QEMU 2.5 introduced. You can still send commands without a form, with <code>POST /vms/{id}/qmp</code>.</p>
        </>
      ) : slug === "vm-unreachable" ? (
        <>
          <h2>The gateway cannot reach this VM</h2>
          <p>{failure instanceof Error && failure.message}</p>
          <p>This page shows the commands as soon as the VM is connected. See <a href={vmPath(id)}>what is wrong with {id}</a>.</p>
        </>
      ) : slug === "vm-not-found" ? (
        <>
          <h2>No VM named {id}</h2>
          <p>It was removed, or you may not see it. <a href="/ui/commands">Choose another VM.</a></p>
        </>
      ) : <Failure failure={failure} what="The commands could not be read" />}
      <p><button type="button" class="btn" onClick={onRetry}>Try again</button></p>
    </div>
  );
}

function NeverReached({ id, reason }: { id: string; reason: string | null }) {
  return (
    <div class="card empty">
      <h2>The gateway has not reached this VM yet</h2>
      <p>The commands come from QEMU itself, so the gateway must connect to it once.{reason !== null && ` The last attempt failed: ${reason.replace(/[.]$/, "")}.`}</p>
      <p>This page shows the commands as soon as the VM is connected. See <a href={vmPath(id)}>what is wrong with {id}</a>.</p>
    </div>
  );
}
