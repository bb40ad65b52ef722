import { useEffect } from "preact/hooks";
import { follow, onReopened, refused } from "../fleet/fleet.js";
import { AuditPage } from "../pages/audit/AuditPage.js";
import { CommandsPage } from "../pages/commands/CommandsPage.js";
import { EventsPage } from "../pages/events/EventsPage.js";
import { NoGrants } from "../pages/signIn/NoGrants.js";
import { SignInPage } from "../pages/signIn/SignInPage.js";
import { VmPage } from "../pages/vm/VmPage.js";
import { VmsPage } from "../pages/vms/VmsPage.js";
import { Boundary } from "../parts/Boundary.js";
import { Failure } from "../parts/Failure.js";
import { path } from "./router.js";
import { session, start } from "./session.js";
import { Shell } from "./Shell.js";
import { reloadIfNew } from "./update.js";

/** The page: sign-in, or what the address names. */
export function App() {
  const now = session.value;
  switch (now.state) {
    case "starting":
      return <p class="lonely quiet">Loading…</p>;
    case "signed-out":
      return <SignInPage why={now.why} />;
    case "unreachable":
      return <Unreachable failure={now.failure} />;
    case "signed-in":
      return now.me.grants.length === 0 ? <NoGrants session={now} /> : <SignedIn key={now.me.who} />;
  }
}

function SignedIn() {
  useEffect(() => {
    const over = new AbortController();
    void follow(over.signal);
    const stop = onReopened(() => { void reloadIfNew(); });
    return () => {
      over.abort(new Error("the page was left"));
      stop();
    };
  }, []);
  return <Shell>{refused.value === undefined ? <Boundary place={path.value.join("/")}><CurrentPage /></Boundary> : <Failure failure={refused.value} what="The gateway does not let you list its VMs" />}</Shell>;
}

function CurrentPage() {
  const [section = "vms", id, page] = path.value;
  switch (section) {
    case "vms":
      return id === undefined ? <VmsPage /> : page === "commands" ? <CommandsPage key={id} vm={id} /> : <VmPage key={id} id={id} />;
    case "events":
      return <EventsPage id={id} />;
    case "commands":
      return <CommandsPage />;
    case "audit":
      return <AuditPage />;
    default:
      return <NoSuchPage />;
  }
}

function NoSuchPage() {
  return (
    <>
      <h1>Page not found</h1>
      <p>See <a href="/">all virtual machines</a>.</p>
    </>
  );
}

function Unreachable({ failure }: { failure: unknown }) {
  useEffect(() => {
    const timer = setInterval(() => { void start(); }, 3000);
    return () => clearInterval(timer);
  }, []);
  return (
    <main class="lonely">
      <h1>QMP Gateway</h1>
      <Failure failure={failure} what="The gateway cannot be reached" />
      <p class="quiet">This page retries every few seconds.</p>
    </main>
  );
}
