import { CopyButton } from "./CopyButton.js";

/** A line to copy. */
export function Copy({ text }: { text: string }) {
  return <span class="copy"><code>{text}</code> <CopyButton text={text} name="Copy" /></span>;
}
