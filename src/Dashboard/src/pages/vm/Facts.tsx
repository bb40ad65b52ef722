import type { Vm } from "@qmp-gateway/client";
import { now } from "../../app/clock.js";
import { adviceOf } from "../../fleet/needs.js";
import { Mark } from "../../parts/StateMark.js";
import { exact, span } from "../../app/times.js";
import { When } from "../../parts/When.js";
import { CONNECTION_WORDS } from "../../qemu/runStates.js";

const SOURCES: Readonly<Record<string, string>> = {
  configuration: "The gateway's configuration",
  discovery: "Discovered: its socket is in a directory that the gateway watches",
  api: "Added through the API",
};

/** What the gateway knows about a VM, apart from its state. */
export function Facts({ vm }: { vm: Vm }) {
  const { state, since, lastMessageAt, attempts } = vm.connection;
  const isConnected = state === "connected";
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">Details</h2>
      <dl class="facts body">
        <dt>Connection</dt>
        <dd>
          <span class={`state ${isConnected ? "running" : state === "connecting" ? "away" : "broken"}`}><Mark tone={isConnected ? "running" : state === "connecting" ? "away" : "broken"} /> {CONNECTION_WORDS[state] ?? state}</span>
          {" "}<span class="quiet" title={exact(since)}>for {span(now.value - Date.parse(since))}</span>
          {!isConnected && <p>{adviceOf(vm)}{attempts > 1 && <span class="quiet"> Tried {attempts} times.</span>}</p>}
        </dd>
        <dt>Endpoint</dt>
        <dd class="mono">{vm.endpoint}</dd>
        <dt>Run</dt>
        <dd class="mono">{vm.run ?? "unknown: never connected"}</dd>
        <dt>QEMU</dt>
        <dd>{vm.qemu === null ? "unknown: never connected" : <><span class="num">{vm.qemu.version}</span> <span class="quiet">{vm.qemu.package}</span></>}</dd>
        <dt>Source</dt>
        <dd>{SOURCES[vm.source] ?? vm.source}</dd>
        <dt>Last seen</dt>
        <dd>{lastMessageAt === null ? "never" : isConnected ? "now: checked every few seconds" : <When at={lastMessageAt} />}</dd>
      </dl>
    </section>
  );
}
