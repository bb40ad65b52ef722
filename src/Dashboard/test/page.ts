/** What a browser has and Node.js has not, as far as modules of the page need it. Import this before them. */
const stored = new Map<string, string>();

export const sessionStorage = {
  getItem: (name: string): string | null => stored.get(name) ?? null,
  setItem: (name: string, value: string): void => { stored.set(name, value); },
  removeItem: (name: string): void => { stored.delete(name); },
};

/** How often the address may still be changed. */
export const address = { changes: Number.POSITIVE_INFINITY };

const location = { href: "https://gateway.test/", origin: "https://gateway.test", pathname: "/", search: "" };
const change = (_: unknown, __: string, to: URL): void => {
  if (address.changes-- <= 0 || to.origin !== location.origin) {
    throw new Error("SecurityError");
  }

  Object.assign(location, { href: to.href, pathname: to.pathname, search: to.search });
};

Object.assign(globalThis, {
  location, sessionStorage,
  history: { pushState: change, replaceState: change },
  document: { hidden: false, addEventListener: () => undefined },
  addEventListener: () => undefined,
  scrollTo: () => undefined,
  // The page's clock would keep a test from ending.
  setInterval: () => 0,
});
