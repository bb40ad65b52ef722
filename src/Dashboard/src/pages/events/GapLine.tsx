import { Mark } from "../../parts/StateMark.js";
import type { Gap } from "./lines.js";

/** A range of the journal that is missing, and why. */
export function GapLine({ gap }: { gap: Gap }) {
  const words = gapWords(gap);
  return <p class="gap" title={words}><Mark tone="away" /> <span>{words}</span></p>;
}

/** What is missing, and why, in a sentence. */
export function gapWords({ after, oldest }: Gap): string {
  const range = after === undefined
    ? `Events ${oldest === undefined ? "older than these" : `up to ${oldest}`} are missing`
    : `Events after ${after}${oldest === undefined ? "" : ` and up to ${oldest}`} are missing`;
  return `${range}: the gateway no longer keeps them${after === undefined ? "" : ", and this page was away when they came"}.`;
}
