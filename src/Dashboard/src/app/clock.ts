import { signal } from "@preact/signals";

// How far this computer's clock is behind the gateway's, in milliseconds. The `Date` header has whole seconds, so a difference below two seconds is ignored.
let behind = 0;

/** The gateway's time, in milliseconds; it is updated every second. Ages are computed from it, because the clock of this computer may be wrong. */
export const now = signal(time());

setInterval(() => {
  if (!document.hidden) {
    now.value = time();
  }
}, 1000);
document.addEventListener("visibilitychange", () => { now.value = time(); });

/** The gateway's time right now, in milliseconds. */
export function time(): number {
  return Date.now() + behind;
}

/** Learns the gateway's time from a response. */
export function learnTime(response: Response): void {
  const date = Date.parse(response.headers.get("Date") ?? "");
  const found = date - Date.now();
  if (Number.isFinite(found) && Math.abs(found - behind) > 2000) {
    behind = Math.abs(found) > 2000 ? found : 0;
    now.value = time();
  }
}
