import { type Session, signOut, start } from "../../app/session.js";
import { offer, providerName } from "../../app/signInOffer.js";

/** The user is known, but may do nothing: who they are, and what to ask for. */
export function NoGrants({ session }: { session: Extract<Session, { state: "signed-in" }> }) {
  const { me, by } = session;
  const { openIdConnect } = offer.value;
  return (
    <main class="lonely">
      <h1>You may not see anything yet</h1>
      <section class="card no-grants">
        <p>You are signed in as <b class="wrap">{me.who}</b>{by === "token" && openIdConnect !== null && <> by {providerName(openIdConnect)}</>}, and the gateway knows you. But nobody has given you a role here.</p>
        <p>Ask whoever runs this gateway for one of these roles, for all VMs or for some:</p>
        <dl class="facts">
          <dt>viewer</dt><dd>sees VMs and events</dd>
          <dt>operator</dt><dd>also stops, continues and resets them</dd>
          <dt>admin</dt><dd>also adds VMs, sends any command and reads the audit log</dd>
        </dl>
        <p class="quiet">
          {by === "token"
            ? <>It is given in <code>Gateway:Security:Jwt:Grants</code>, by a claim of your token, such as a group.</>
            : <>It is given in <code>Gateway:Security:ApiKeys:{me.who}:Grants</code>.</>}
        </p>
        <p class="buttons">
          <button type="button" class="btn first" onClick={() => { void start(); }}>Check again</button>
          {session.canSignOut && <button type="button" class="btn" onClick={() => signOut()}>Sign out</button>}
        </p>
      </section>
    </main>
  );
}
