const RELOADED = "qmp-gateway.reloaded";
const ONCE_IN = 60_000;

let tag: string | null = null;

addEventListener("vite:preloadError", reload);

/** Remembers which page this is. */
export async function rememberPage(): Promise<void> {
  tag = await tagNow();
}

/** Reloads the page if the gateway serves another version of it, as after an upgrade. */
export async function reloadIfNew(): Promise<void> {
  const found = await tagNow();
  if (tag !== null && found !== null && found !== tag) {
    reload();
  }
}

// Only once: otherwise, a page that is still outdated after that would reload forever.
function reload(): void {
  if (Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0) > ONCE_IN) {
    sessionStorage.setItem(RELOADED, String(Date.now()));
    location.reload();
  }
}

async function tagNow(): Promise<string | null> {
  try {
    const response = await fetch("/", { method: "HEAD", cache: "no-store" });
    return response.ok ? response.headers.get("ETag") : null;
  } catch {
    // The gateway is away again; the next reconnect asks once more.
    return null;
  }
}
