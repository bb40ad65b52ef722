import { signal } from "@preact/signals";

const query = matchMedia("(max-width: 760px)");

/** Whether the window is as narrow as a phone: the style sheets have the same width. */
export const isNarrow = signal(query.matches);

query.addEventListener("change", () => { isNarrow.value = query.matches; });
