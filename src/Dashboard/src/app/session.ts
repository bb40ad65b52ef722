import { type CurrentCaller, GatewayClient, GatewayError } from "@qmp-gateway/client";
import { signal } from "@preact/signals";
import { learnTime } from "./clock.js";

/** Who looks at the page, and what they may do. */
export type Session =
  | { state: "starting" }
  | { state: "signed-out"; why?: string }
  | { state: "unreachable"; failure: unknown }
  | { state: "signed-in"; me: CurrentCaller; canSignOut: boolean };

export type Role = "viewer" | "operator" | "admin";

const ROLES: readonly string[] = ["viewer", "operator", "admin"];
const KEY = "qmp-gateway.key";

export const session = signal<Session>({ state: "starting" });

// A token of OpenID Connect, renewed by its own code.
let token: (() => Promise<string | undefined>) | undefined;

/** The gateway that served the page. */
export const gateway = new GatewayClient(location.origin, {
  key: async () => (token === undefined ? (sessionStorage.getItem(KEY) ?? undefined) : token()),
  fetch: async (input, init) => {
    const response = await fetch(input, init);
    learnTime(response);
    if (response.status === 401 && session.value.state === "signed-in") {
      signOut("Your key or token no longer works: it expired, or somebody changed or removed it.");
    }

    return response;
  },
});

/** Finds out who the page's user is: by the key of this tab, a token, or as anybody where the gateway asks for none. */
export async function start(withToken?: () => Promise<string | undefined>): Promise<void> {
  token = withToken;
  try {
    const me = await gateway.getMe();
    session.value = { state: "signed-in", me, canSignOut: token !== undefined || sessionStorage.getItem(KEY) !== null };
  } catch (failure) {
    if (failure instanceof GatewayError && failure.status === 401) {
      const had = token !== undefined || sessionStorage.getItem(KEY) !== null;
      forget();
      session.value = had ? { state: "signed-out", why: "The key or token of this tab no longer works. Sign in again." } : { state: "signed-out" };
    } else {
      session.value = { state: "unreachable", failure };
    }
  }
}

/** Signs in by a key; returns what is wrong with it, or undefined. The key is kept until the tab is closed. */
export async function signIn(key: string): Promise<string | undefined> {
  token = undefined;
  sessionStorage.setItem(KEY, key);
  try {
    session.value = { state: "signed-in", me: await gateway.getMe(), canSignOut: true };
    return undefined;
  } catch (failure) {
    sessionStorage.removeItem(KEY);
    return failure instanceof GatewayError && failure.status === 401
      ? "The gateway does not know this key. Check that it is whole, and that the gateway's configuration has its hash."
      : failure instanceof Error ? failure.message : String(failure);
  }
}

/** Forgets the key or token, and shows the sign-in with a reason. */
export function signOut(why?: string): void {
  forget();
  session.value = why === undefined ? { state: "signed-out" } : { state: "signed-out", why };
}

/** Whether the user has at least this role for a VM, or for any VM. */
export function may(role: Role, vm?: string): boolean {
  const now = session.value;
  return now.state === "signed-in" && now.me.grants.some((grant) =>
    ROLES.indexOf(grant.role) >= ROLES.indexOf(role) && (vm === undefined || grant.vms.some((pattern) => matches(vm, pattern))));
}

/** Whether a text matches a pattern, in which `*` stands for any text. */
export function matches(text: string, pattern: string): boolean {
  return new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.\\^$+?()[\]{}|/-]/g, "\\$&")).join(".*")}$`, "s").test(text);
}

function forget(): void {
  token = undefined;
  sessionStorage.removeItem(KEY);
}
