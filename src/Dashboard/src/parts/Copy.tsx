import { useState } from "preact/hooks";

/** A line to copy. */
export function Copy({ text }: { text: string }) {
  const [said, setSaid] = useState("Copy");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid("Copied");
    } catch {
      // Browsers give pages the clipboard on https and loopback alone.
      setSaid("Select it, and press Ctrl-C");
    }

    setTimeout(() => setSaid("Copy"), 3000);
  };

  return <span class="copy"><code>{text}</code> <button type="button" class="link" aria-live="polite" onClick={() => { void copy(); }}>{said}</button></span>;
}
