import { setQuery } from "../../app/router.js";
import { Mark } from "../../parts/StateMark.js";
import type { Tone } from "../../qemu/runStates.js";
import type { Show } from "./filter.js";

const WORDS: readonly (readonly [Tone, string])[] = [
  ["broken", "broken"], ["running", "running"], ["paused", "paused"], ["asleep", "suspended"], ["off", "shut down"], ["away", "unreachable"],
];

/** How many VMs are in which state; each count filters by that state. */
export function Counts({ tones, needs, show }: { tones: ReadonlyMap<Tone, number>; needs: number; show: Show | undefined }) {
  return (
    <div class="counts" role="group" aria-label="Show by state">
      {(needs > 0 || show === "needs") && <Count show="needs" current={show} count={needs} word={needs === 1 ? "needs attention" : "need attention"} />}
      {WORDS.filter(([tone]) => (tones.get(tone) ?? 0) > 0 || show === tone)
        .map(([tone, word]) => <Count key={tone} show={tone} current={show} count={tones.get(tone) ?? 0} word={word} tone={tone} />)}
    </div>
  );
}

function Count({ show, current, count, word, tone }: { show: Show; current: Show | undefined; count: number; word: string; tone?: Tone }) {
  return (
    <button type="button" class={show === "needs" ? "alarm" : undefined} aria-pressed={show === current} onClick={() => setQuery({ show: show === current ? "" : show }, "push")}>
      {tone !== undefined && <Mark tone={tone} />}
      <b>{count}</b>
      {word}
    </button>
  );
}
