/** Waiting between attempts. */

const FIRST_DELAY = 200;
const LONGEST_DELAY = 3000;

/** Milliseconds to wait after a failed attempt: longer each time, and never the same for all clients. */
export function delayAfter(attempt: number): number {
  return Math.min(FIRST_DELAY * 2 ** Math.min(attempt, 10), LONGEST_DELAY) * (0.5 + Math.random());
}

/** Waits, or until the browser says that it is online again. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(end, milliseconds);
    globalThis.addEventListener?.("online", end);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) {
      abort();
    }

    function end(): void {
      release();
      resolve();
    }

    function abort(): void {
      release();
      reject(signal?.reason);
    }

    function release(): void {
      clearTimeout(timer);
      globalThis.removeEventListener?.("online", end);
      signal?.removeEventListener("abort", abort);
    }
  });
}
