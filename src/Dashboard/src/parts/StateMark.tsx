import type { Shown, Tone } from "../qemu/runStates.js";

/** A shape for each tone, so that the meaning never depends on colour alone. */
export function Mark({ tone }: { tone: Tone }) {
  return (
    <svg class={`mark ${tone}`} viewBox="0 0 12 12" aria-hidden="true">
      {shapeOf(tone)}
    </svg>
  );
}

/** A state: its shape and its word. */
export function State({ shown, title }: { shown: Shown; title?: string }) {
  return (
    <span class={`state ${shown.tone}`} title={title ?? shown.means}>
      <Mark tone={shown.tone} />
      <span class="word">{shown.word}</span>
    </span>
  );
}

function shapeOf(tone: Tone) {
  switch (tone) {
    case "running":
      return <path d="M3 1.5v9l7-4.5z" fill="currentColor" />;
    case "paused":
      return <path d="M2.5 2h2.5v8h-2.5zM7 2h2.5v8h-2.5z" fill="currentColor" />;
    case "asleep":
      return <path d="M7.5 1a5 5 0 1 0 3.5 7.5A4.5 4.5 0 0 1 7.500 1z" fill="currentColor" />;
    case "off":
      return <rect x="2" y="2" width="8" height="8" rx="1" fill="none" stroke="currentColor" stroke-width="2" />;
    case "broken":
      return <path d="M6 .8 11.600 11H.4zM5.300 4.500v3.200h1.400V4.500zM5.300 8.500v1.300h1.400V8.500z" fill="currentColor" fill-rule="evenodd" />;
    case "away":
      return <circle cx="6" cy="6" r="4.500" fill="none" stroke="currentColor" stroke-width="1.600" stroke-dasharray="2.200 1.900" />;
  }
}
