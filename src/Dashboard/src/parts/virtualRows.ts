import { signal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { type Extras, rowAt, topOf } from "./rowPositions.js";

const MARGIN = 10;
const NONE: Extras = new Map();

const view = signal({ top: 0, height: innerHeight });
const look = (): void => { view.value = { top: scrollY, height: innerHeight }; };

addEventListener("scroll", look, { passive: true });
addEventListener("resize", look);

/** Which of many rows to draw, and the space for those before and after them. */
export interface VirtualRows {
  first: number;
  /** The first row that is not drawn again. */
  end: number;
  before: number;
  after: number;
}

/**
 * Draws only the rows in sight of a long list, however many there are. All have one height but a few, such as those that are opened.
 *
 * @param count How many rows there are.
 * @param height The height of each, in pixels.
 * @param extras How much higher the few are.
 */
export function useVirtualRows<Element extends HTMLElement>(count: number, height: number, extras: Extras = NONE): VirtualRows & { list: { current: Element | null } } {
  const list = useRef<Element>(null);
  const start = useRef(0);
  useLayoutEffect(() => {
    start.current = list.current === null ? 0 : list.current.getBoundingClientRect().top + scrollY;
  });
  const { top, height: seen } = view.value;
  const first = Math.max(0, Math.min(count, rowAt(top - start.current, height, extras) - MARGIN));
  const end = Math.max(first, Math.min(count, rowAt(top + seen - start.current, height, extras) + 1 + MARGIN));
  return { list, first, end, before: topOf(first, height, extras), after: topOf(count, height, extras) - topOf(end, height, extras) };
}

/** Scrolls so that a row is in sight. */
export function showRow(list: HTMLElement | null, index: number, height: number): void {
  if (list === null) {
    return;
  }

  const top = list.getBoundingClientRect().top + index * height;
  // Below the sticky head, above the bar of what is selected.
  if (top < height) {
    scrollBy(0, top - height);
  } else if (top + height > innerHeight - 2 * height) {
    scrollBy(0, top + height - innerHeight + 2 * height);
  }
}
