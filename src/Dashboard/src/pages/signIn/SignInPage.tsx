import { useState } from "preact/hooks";
import { signIn, signInByProvider } from "../../app/session.js";
import { offer, providerName } from "../../app/signInOffer.js";

/** The sign-in with a provider, an API key, or both, as the gateway offers it. */
export function SignInPage({ why }: { why?: string | undefined }) {
  const { keys, openIdConnect } = offer.value;
  return (
    <main class="lonely">
      <h1>QMP Gateway</h1>
      {why !== undefined && <p class="banner" role="status">{why}</p>}
      {openIdConnect !== null && <ByProvider name={providerName(openIdConnect)} />}
      {(keys || openIdConnect === null) && <ByKey isFirst={openIdConnect === null} />}
    </main>
  );
}

function ByProvider({ name }: { name: string }) {
  const [wrong, setWrong] = useState<string>();
  const [isLeaving, setLeaving] = useState(false);
  const leave = async (): Promise<void> => {
    setLeaving(true);
    const failure = await signInByProvider();
    setWrong(failure);
    setLeaving(failure === undefined);
  };

  return (
    <section class="card sign-in">
      <button type="button" class="btn first" disabled={isLeaving} onClick={() => { void leave(); }}>Sign in with {name}</button>
      <p class="quiet">You return here afterwards.</p>
      <p role="alert">{wrong}</p>
    </section>
  );
}

function ByKey({ isFirst }: { isFirst: boolean }) {
  const [wrong, setWrong] = useState<string>();
  const [isChecking, setChecking] = useState(false);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setChecking(true);
    const key = new FormData(event.currentTarget as HTMLFormElement).get("key");
    setWrong(await signIn(String(key).trim()));
    setChecking(false);
  };

  return (
    <form class="card sign-in" onSubmit={(event) => { void submit(event); }}>
      <label for="key">API key</label>
      <input id="key" name="key" type="password" autocomplete="current-password" required aria-describedby="key-help key-wrong" />
      <p id="key-help" class="quiet">It is kept until you close this tab. <code>Gateway.dll keys new NAME</code> creates one.</p>
      <p id="key-wrong" role="alert">{wrong}</p>
      <button class={`btn${isFirst ? " first" : ""}`} disabled={isChecking}>Sign in</button>
    </form>
  );
}
