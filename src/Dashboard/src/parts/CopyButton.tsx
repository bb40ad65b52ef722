import { useState } from "preact/hooks";

/** Copies a text. The button itself says whether that worked. */
export function CopyButton({ text, name }: { text: string | (() => string); name: string }) {
  const [said, setSaid] = useState<string>();
  const run = async (): Promise<void> => {
    setSaid((await copy(typeof text === "string" ? text : text())) ? "Copied" : "Not allowed by the browser");
    setTimeout(() => setSaid(undefined), 2500);
  };
  return <button type="button" class="btn" onClick={() => { void run(); }}><span aria-live="polite">{said ?? name}</span></button>;
}

// Browsers offer the clipboard only over HTTPS and on localhost. Elsewhere, a selection is copied.
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    const had = document.activeElement;
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    (had as HTMLElement | null)?.focus();
    return done;
  }
}
