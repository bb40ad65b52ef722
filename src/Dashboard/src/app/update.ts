const RELOADED = "qmp-gateway.reloaded";
const ONCE_IN = 60_000;

let tag: string | null = null;

addEventListener("vite:preloadError", reload);

/** Remembers which page this is. */
export async function rememberPage(): Promise<void> {
  tag = await tagNow();
}

/** Loads the page anew if the gateway serves another one than this, as after an upgrade. */
export async function reloadIfNew(): Promise<void> {
  const found = await tagNow();
  if (tag !== null && found !== null && found !== tag) {
    reload();
  }
}

// Once only: a page that is still wrong after that would load for ever.
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
