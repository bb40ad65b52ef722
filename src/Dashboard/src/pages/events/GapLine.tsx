import { Mark } from "../../parts/StateMark.js";
import type { Gap } from "./lines.js";

/** A range of the journal that is missing, and why. */
export function GapLine({ gap }: { gap: Gap }) {
  const words = gapWords(gap);
  return <p class="gap" title={words}><Mark tone="away" /> <span>{words}</span></p>;
}

/** What is missing, and why, in a sentence. */
export function gapWords({ after, oldest }: Gap): string {
  return after === undefined
    ? "Events older than these are missing: the gateway no longer keeps them."
    : `Events after ${after}${oldest === undefined ? "" : `, up to ${oldest},`} may be missing: this page was disconnected when they arrived, and the gateway no longer keeps all of them.`;
}
