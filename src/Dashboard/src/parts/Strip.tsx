import type { Span } from "../fleet/spans.js";
import { span } from "../app/times.js";

const WIDTH = 180;
const HEIGHT = 16;

/** States over a range of time. Running is thin and faint; problems are tall and strong. */
export function Strip({ spans, from, to }: { spans: readonly Span[]; from: number; to: number }) {
  const x = (at: number): number => ((at - from) / (to - from)) * WIDTH;
  return (
    <svg class="strip" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={wordsOf(spans)}>
      {spans.map(({ from: start, to: end, shown }) => {
        const height = shown.tone === "running" || shown.tone === "away" ? 6 : shown.tone === "asleep" || shown.tone === "off" ? 8 : 14;
        return <rect key={start} class={`bar ${shown.tone}`} x={x(start)} y={(HEIGHT - height) / 2} width={Math.max(x(end) - x(start), 1.5)} height={height} />;
      })}
    </svg>
  );
}

// Read aloud, or on hover, a strip is a sentence.
function wordsOf(spans: readonly Span[]): string {
  return spans.length === 0 ? "Unknown" : spans.map(({ from, to, shown }) => `${shown.word} for ${span(to - from)}`).join(", then ");
}
