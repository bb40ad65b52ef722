import { ErrorResponse, type User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { type ProviderOffer, providerName, STORED } from "./signInOffer.js";

// A token is renewed this many seconds before it expires, so that it is still valid when the request arrives.
const AHEAD = 5;

/** A sign-in by a provider: authorization code with PKCE, and tokens that are kept until the tab is closed. This file is loaded only if the gateway offers it. */
export class Provider {
  readonly #manager: UserManager;
  readonly #name: string;
  readonly #ended: (why: string) => void;
  #renewing: Promise<string | undefined> | undefined;

  /** @param ended Called with the reason when the sign-in ends. */
  constructor(offer: ProviderOffer, ended: (why: string) => void) {
    const stored = new WebStorageStateStore({ store: sessionStorage, prefix: STORED });
    this.#name = providerName(offer);
    this.#ended = ended;
    this.#manager = new UserManager({
      authority: offer.authority,
      client_id: offer.clientId,
      scope: offer.scope,
      redirect_uri: `${location.origin}/ui/signed-in`,
      userStore: stored,
      stateStore: stored,
      // Tokens are renewed when one is needed. Renewal in a frame would need a page of another origin in this one.
      automaticSilentRenew: false,
    });
  }

  /** Goes to the provider's page. `from` is the page that the user returns to. */
  async begin(from: string): Promise<void> {
    await this.#manager.signinRedirect({ state: from });
  }

  /** Reads the provider's response from the address. Returns the page that the user came from. */
  async finish(): Promise<string> {
    const { state } = await this.#manager.signinRedirectCallback();
    return typeof state === "string" ? state : "/";
  }

  /** The token for a request; undefined once the sign-in is over. */
  async token(): Promise<string | undefined> {
    const user = await this.#manager.getUser();
    if (user === null) {
      return undefined;
    }

    if ((user.expires_in ?? AHEAD + 1) > AHEAD) {
      return user.access_token;
    }

    if (user.refresh_token !== undefined) {
      this.#renewing ??= this.#renew(user).finally(() => { this.#renewing = undefined; });
      return this.#renewing;
    }

    return user.expired === true ? this.#end(`Your sign-in has expired, and ${this.#name} issued no refresh token.`) : user.access_token;
  }

  /** Deletes the tokens, and revokes them if the provider supports that. The user may still be signed in at the provider. */
  async leave(): Promise<void> {
    await this.#manager.revokeTokens().catch(() => undefined);
    await this.#manager.removeUser();
  }

  async #renew(user: User): Promise<string | undefined> {
    try {
      return (await this.#manager.signinSilent())?.access_token;
    } catch (failure) {
      if (user.expired !== true) {
        return user.access_token;
      }

      if (failure instanceof ErrorResponse) {
        return this.#end(`Your sign-in has expired, and ${this.#name} did not renew it: ${failure.error_description ?? failure.error ?? failure.message}.`);
      }

      // The next request tries again.
      throw new Error(`Your sign-in has expired, and ${this.#name} cannot be reached to renew it`, { cause: failure });
    }
  }

  #end(why: string): undefined {
    this.#ended(`${why} Sign in again, and you will return to this page.`);
  }
}
