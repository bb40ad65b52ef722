import { type CurrentCaller, GatewayClient, GatewayError } from "@qmp-gateway/client";
import { signal } from "@preact/signals";
import { learnTime } from "./clock.js";
import type { Provider } from "./openIdConnect.js";
import { matches } from "./patterns.js";
import { go } from "./router.js";
import { offer, providerName, readOffer, STORED } from "./signInOffer.js";

/** Who looks at the page, and what they may do. */
export type Session =
  | { state: "starting" }
  | { state: "signed-out"; why?: string }
  | { state: "unreachable"; failure: unknown }
  | { state: "signed-in"; me: CurrentCaller; by: "key" | "token" | "nobody"; canSignOut: boolean };

export type Role = "viewer" | "operator" | "admin";

const ROLES: readonly string[] = ["viewer", "operator", "admin"];
const KEY = "qmp-gateway.key";
const RETURN = "/ui/signed-in";

export const session = signal<Session>({ state: "starting" });

// The sign-in by OpenID Connect, while there is one. It renews its token by itself.
let provider: Provider | undefined;

/** The gateway that served the page. Whoever signs in gets another client: a request of the one before must not be tried again in the new one's name. */
export let gateway = connect();

// Only the latest attempt to find out who the user is may say that it failed: earlier ones may wait for a gateway that does not answer.
let starts = 0;

/** Finds out who the user is, from the key or token of this tab or from the provider's response. Without authentication, everybody is anonymous. */
export async function start(): Promise<void> {
  const mine = ++starts;
  try {
    if (await resume()) {
      await enter();
    }
  } catch (failure) {
    if (session.value.state === "signed-out" || mine !== starts) {
      // The expiry of the token has already been reported.
      return;
    }

    if (failure instanceof GatewayError && failure.status === 401) {
      const by = usedCredential();
      forget();
      session.value = by === "nobody" ? { state: "signed-out" } : {
        state: "signed-out",
        why: by === "key" ? "The key of this tab no longer works. Sign in again."
          : `The gateway does not accept the token from ${offer.value.openIdConnect === null ? "the provider" : providerName(offer.value.openIdConnect)}. Sign in again. If that does not help, check Gateway:Security:Jwt:Audience and the gateway's clock against the token.`,
      };
    } else {
      session.value = { state: "unreachable", failure };
    }
  }
}

/** Signs in with a key. Returns what is wrong with it, or undefined. The key is kept until the tab is closed. */
export async function signIn(key: string): Promise<string | undefined> {
  forget();
  sessionStorage.setItem(KEY, key);
  try {
    await enter();
    return undefined;
  } catch (failure) {
    sessionStorage.removeItem(KEY);
    return failure instanceof GatewayError && failure.status === 401
      ? "The gateway does not know this key. Check that you pasted all of it, and that the gateway's configuration contains its hash."
      : messageOf(failure);
  }
}

/** Goes to the provider's page. Returns the reason if that failed. Afterwards, the user returns to the current page. */
export async function signInByProvider(): Promise<string | undefined> {
  const { openIdConnect } = offer.value;
  if (openIdConnect === null) {
    return "The gateway no longer offers sign-in with a provider. Reload this page.";
  }

  if (!isSecureContext) {
    return "Browsers allow this sign-in only over HTTPS or on localhost. Open the gateway with https://.";
  }

  try {
    forget();
    await (await loadProvider()).begin(location.pathname === RETURN ? "/" : location.pathname + location.search);
    return undefined;
  } catch (failure) {
    return `${providerName(openIdConnect)} cannot be reached: ${messageOf(failure)}.`;
  }
}

/** Forgets the key or token, and shows the sign-in with a reason. */
export function signOut(why?: string): void {
  void provider?.leave();
  forget();
  session.value = why === undefined ? { state: "signed-out" } : { state: "signed-out", why };
}

/** Whether the user has at least this role for a VM, or for any VM. */
export function may(role: Role, vm?: string): boolean {
  const now = session.value;
  return now.state === "signed-in" && now.me.grants.some((grant) =>
    ROLES.indexOf(grant.role) >= ROLES.indexOf(role) && (vm === undefined || grant.vms.some((pattern) => matches(vm, pattern))));
}

// Resumes the sign-in of this tab. False if that failed; the sign-in page then shows the reason.
async function resume(): Promise<boolean> {
  const { openIdConnect } = await readOffer();
  const isReturn = location.pathname === RETURN;
  if (openIdConnect !== null && (isReturn || hasToken())) {
    provider = await loadProvider();
  }

  if (!isReturn) {
    return true;
  }

  try {
    go(await provider?.finish() ?? "/", "replace");
    return true;
  } catch (failure) {
    forget();
    go("/", "replace");
    session.value = { state: "signed-out", why: `The sign-in was not completed: ${messageOf(failure)}.` };
    return false;
  }
}

async function enter(): Promise<void> {
  const asked = gateway;
  const me = await asked.getMe();
  if (asked !== gateway) {
    // The user has signed out in the meantime.
    return;
  }

  const by = usedCredential();
  session.value = { state: "signed-in", me, by, canSignOut: by !== "nobody" };
}

function connect(): GatewayClient {
  const client: GatewayClient = new GatewayClient(location.origin, {
    key: async () => {
      if (client !== gateway) {
        // An earlier attempt may have been taken on.
        throw new GatewayError({ type: "urn:qmp-gateway:unauthenticated", title: "Signed out", status: 401, detail: "Whoever sent this has signed out.", outcome: "unknown" });
      }

      return provider === undefined ? (sessionStorage.getItem(KEY) ?? undefined) : provider.token();
    },
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      learnTime(response);
      if (response.status === 401 && client === gateway && session.value.state === "signed-in") {
        signOut(session.value.by === "token"
          ? "The gateway no longer accepts your sign-in. It has expired, or the gateway's configuration has changed."
          : "Your key no longer works: somebody changed or removed it.");
      }

      return response;
    },
  });
  return client;
}

async function loadProvider(): Promise<Provider> {
  const { Provider } = await import("./openIdConnect.js");
  const { openIdConnect } = offer.value;
  if (openIdConnect === null) {
    throw new Error("the gateway offers no provider");
  }

  return new Provider(openIdConnect, signOut);
}

function usedCredential(): "key" | "token" | "nobody" {
  return provider !== undefined ? "token" : sessionStorage.getItem(KEY) !== null ? "key" : "nobody";
}

function hasToken(): boolean {
  return Object.keys(sessionStorage).some((name) => name.startsWith(`${STORED}user:`));
}

function forget(): void {
  gateway = connect();
  provider = undefined;
  sessionStorage.removeItem(KEY);
  Object.keys(sessionStorage).filter((name) => name.startsWith(STORED)).forEach((name) => sessionStorage.removeItem(name));
}

function messageOf(failure: unknown): string {
  return (failure instanceof Error ? failure.message : String(failure)).replace(/[.]$/, "");
}
