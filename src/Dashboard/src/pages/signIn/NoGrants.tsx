import { type Session, signOut, start } from "../../app/session.js";
import { offer, providerName } from "../../app/signInOffer.js";

/** For a user who is signed in but has no role: who they are, and what to ask for. */
export function NoGrants({ session }: { session: Extract<Session, { state: "signed-in" }> }) {
  const { me, by } = session;
  const { openIdConnect } = offer.value;
  return (
    <main class="lonely">
      <h1>You have no access yet</h1>
      <section class="card no-grants">
        <p>You are signed in as <b class="wrap">{me.who}</b>{by === "token" && openIdConnect !== null && <> with {providerName(openIdConnect)}</>}, but you have no role on this gateway.</p>
        <p>Ask whoever runs this gateway for one of these roles, for all VMs or for some:</p>
        <dl class="facts">
          <dt>viewer</dt><dd>sees VMs and events</dd>
          <dt>operator</dt><dd>also pauses, continues, resets and shuts down VMs</dd>
          <dt>admin</dt><dd>also adds VMs, sends any command and reads the audit log</dd>
        </dl>
        <p class="quiet">
          {by === "token"
            ? <>Roles are configured in <code>Gateway:Security:Jwt:Grants</code>, and depend on a claim of your token, such as a group.</>
            : <>Roles are configured in <code>Gateway:Security:ApiKeys:{me.who}:Grants</code>.</>}
        </p>
        <p class="buttons">
          <button type="button" class="btn first" onClick={() => { void start(); }}>Check again</button>
          {session.canSignOut && <button type="button" class="btn" onClick={() => signOut()}>Sign out</button>}
        </p>
      </section>
    </main>
  );
}
