import { ErrorResponse, type User, UserManager, WebStorageStateStore } from "oidc-client-ts";
import { type ProviderOffer, providerName, STORED } from "./signInOffer.js";

// A request that is on its way may take this long, in seconds, before its token expires.
const AHEAD = 5;

/** A sign-in by a provider: authorization code with PKCE, and tokens that are kept until the tab is closed. This file is loaded only if the gateway offers it. */
export class Provider {
  readonly #manager: UserManager;
  readonly #name: string;
  readonly #ended: (why: string) => void;
  #renewing: Promise<string | undefined> | undefined;

  /** @param ended Is told why the sign-in is over. */
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

  /** Leaves for the provider's page. `from` is where the user comes back to. */
  async begin(from: string): Promise<void> {
    await this.#manager.signinRedirect({ state: from });
  }

  /** Takes the provider's answer out of the address; returns where the user was. */
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

    return user.expired === true ? this.#end(`Your sign-in has expired, and ${this.#name} gave nothing to renew it with.`) : user.access_token;
  }

  /** Forgets the tokens, and tells the provider if it takes that. The provider itself may still know the user. */
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
    this.#ended(`${why} Sign in again, and you come back to this page.`);
  }
}
