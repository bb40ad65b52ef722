import { useState } from "preact/hooks";
import { signIn } from "../../app/session.js";

/** Asks for an API key. */
export function SignInPage({ why }: { why?: string | undefined }) {
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
    <main class="lonely">
      <h1>QMP Gateway</h1>
      {why !== undefined && <p class="banner" role="status">{why}</p>}
      <form class="card sign-in" onSubmit={(event) => { void submit(event); }}>
        <label for="key">API key</label>
        <input id="key" name="key" type="password" autocomplete="current-password" required aria-describedby="key-help key-wrong" />
        <p id="key-help" class="quiet">It is kept in this tab until you close it. <code>Gateway.dll keys new NAME</code> makes one.</p>
        <p id="key-wrong" role="alert">{wrong}</p>
        <button class="btn first" disabled={isChecking}>Sign in</button>
      </form>
    </main>
  );
}
