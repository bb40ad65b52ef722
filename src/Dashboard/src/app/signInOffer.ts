import { signal } from "@preact/signals";

/** The provider that people can sign in with (OpenID Connect). */
export interface ProviderOffer {
  authority: string;
  clientId: string;
  scope: string;
}

/** The ways in which people can sign in to this gateway. */
export interface SignInOffer {
  keys: boolean;
  openIdConnect: ProviderOffer | null;
}

/** The prefix of every item that a provider's sign-in keeps in the tab's storage. */
export const STORED = "qmp-gateway.oidc.";

/** What the gateway offers, once it was read. */
export const offer = signal<SignInOffer>({ keys: true, openIdConnect: null });

/**
 * Reads what the gateway offers. An invalid response means API keys.
 *
 * @throws TypeError The gateway cannot be reached.
 */
export async function readOffer(): Promise<SignInOffer> {
  const response = await fetch("/ui/sign-in.json", { cache: "no-cache" });
  const read: unknown = response.ok ? await response.json().catch(() => undefined) : undefined;
  if (isOffer(read)) {
    offer.value = read;
  }

  return offer.value;
}

/** A provider's name for people: its host. */
export function providerName({ authority }: ProviderOffer): string {
  return new URL(authority).host;
}

function isOffer(value: unknown): value is SignInOffer {
  return typeof value === "object" && value !== null && "keys" in value && "openIdConnect" in value;
}
