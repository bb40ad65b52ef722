import type { ComponentChildren } from "preact";
import { fleet, hearing, heardAt, isListed } from "../fleet/fleet.js";
import { clock, span } from "./times.js";
import { now } from "./clock.js";
import { everywhere, keysShown, pageKeys } from "./keys.js";
import { path } from "./router.js";
import { may, session, signOut } from "./session.js";
import { Dialog } from "../parts/Dialog.js";

const PATIENCE = 2000;

/** The navigation and the connection status, with the current page in the middle. */
export function Shell({ children }: { children: ComponentChildren }) {
  const [first = "vms", , page] = path.value;
  const section = page === "commands" ? page : first;
  return (
    <div class="shell">
      <a class="skip" href="#main">Skip to the page</a>
      <nav class="side" aria-label="Pages">
        <p class="brand">QMP Gateway</p>
        <Page to="/" current={section === "vms"} name="VMs" count={isListed.value ? fleet.value.size : undefined} />
        <Page to="/ui/events" current={section === "events"} name="Events" />
        {may("admin") && <Page to="/ui/commands" current={section === "commands"} name="Commands" />}
        {may("admin") && <Page to="/ui/audit" current={section === "audit"} name="Audit" />}
        <div class="foot">
          <Live />
          <Caller />
          <p><a href="/swagger">API</a> · <button type="button" class="link" onClick={() => { keysShown.value = true; }}>Keys</button></p>
        </div>
      </nav>
      <main id="main" tabIndex={-1}>
        <Gone />
        {children}
      </main>
      {keysShown.value && <Keys />}
    </div>
  );
}

function Page({ to, current, name, count }: { to: string; current: boolean; name: string; count?: number | undefined }) {
  return <a href={to} aria-current={current ? "page" : undefined}>{name}{count !== undefined && <span class="count num">{count}</span>}</a>;
}

/** How old the shown data is. The gateway sends something every 15 s, so 20 s of silence is shown as stale. */
function Live() {
  const at = heardAt.value;
  const silent = at === undefined ? 0 : now.value - at;
  const state = hearing.value.state;
  return (
    <p class={`live ${state === "lost" || silent > 20_000 ? "stale" : state}`}>
      {state === "connecting" ? "Connecting" : `${state === "live" ? "Live" : "Not connected"}, as of ${clock(at ?? now.value, now.value)}`}
    </p>
  );
}

function Caller() {
  const now = session.value;
  return now.state !== "signed-in" ? null : (
    <p>
      {now.me.who === "anonymous" ? "No sign-in needed" : <>Signed in as <b class="wrap">{now.me.who}</b></>}
      {now.canSignOut && <>{" · "}<button type="button" class="link" onClick={() => signOut()}>Sign out</button></>}
    </p>
  );
}

/** A banner while the gateway is unreachable. A stream that ends when its token expires reopens at once, so a short break shows no banner. */
function Gone() {
  const state = hearing.value;
  return state.state !== "lost" || now.value - state.noticedAt < PATIENCE ? null : (
    <p class="banner" role="status">
      {state.why === undefined ? <strong>The gateway cannot be reached.</strong>
        : <><strong>Unexpected response from the gateway.</strong> {state.why.message}{state.why.problem.traceId && <> (trace <code>{state.why.problem.traceId}</code>)</>}</>}{" "}
      {heardAt.value === undefined ? "No data has been loaded yet." : <>The data is {span(now.value - state.since)} old, as of {clock(state.since, now.value)}.</>} This page retries automatically.
    </p>
  );
}

const ARROWS: Readonly<Record<string, string>> = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };

function Keys() {
  return (
    <Dialog title="Keyboard shortcuts" onClose={() => { keysShown.value = false; }}>
      <dl class="facts">
        {[...pageKeys.value, ...everywhere()].map(({ keys, does }) => [<dt key={keys}>{keys.split(" ").map((key) => <kbd key={key}>{ARROWS[key] ?? key}</kbd>)}</dt>, <dd key={does}>{does}</dd>])}
      </dl>
      <p class="buttons"><button type="button" class="btn first" onClick={() => { keysShown.value = false; }}>Close</button></p>
    </Dialog>
  );
}
