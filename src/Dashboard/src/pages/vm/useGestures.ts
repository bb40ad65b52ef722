import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** What a hand asks a band for. Places and parts are of its width, from 0 to 1. */
export interface Gestures {
  zoom: (factor: number, at: number) => void;
  pan: (part: number) => void;
}

const CLICK = 4;
let scrolledAt = -1000;
addEventListener("scroll", () => { scrolledAt = performance.now(); }, { passive: true });

/** Mouse wheel, drag, and two fingers on an element that shows a range. */
export function useGestures(element: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const now = useRef(gestures);
  now.current = gestures;
  useEffect(() => {
    const target = element.current;
    if (target === null) {
      return undefined;
    }

    const over = new AbortController();
    const fingers = new Map<number, number>();
    let moved = 0;
    const place = (x: number): number => {
      const { left, width } = target.getBoundingClientRect();
      return (x - left) / Math.max(width, 1);
    };
    const on = <Name extends keyof HTMLElementEventMap>(name: Name, listener: (event: HTMLElementEventMap[Name]) => void, capture = false): void =>
      target.addEventListener(name, listener, { signal: over.signal, passive: false, capture });

    on("wheel", (event) => {
      // A page that is already scrolling keeps scrolling.
      if (!event.ctrlKey && performance.now() - scrolledAt < 400) {
        return;
      }

      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
        now.current.pan(((event.deltaX || event.deltaY) * lines) / Math.max(target.clientWidth, 1));
      } else {
        now.current.zoom(Math.exp(Math.max(-120, Math.min(event.deltaY * lines, 120)) / 300), place(event.clientX));
      }
    });
    on("pointerdown", (event) => {
      if (event.button === 0) {
        fingers.set(event.pointerId, event.clientX);
        moved = 0;
      }
    });
    on("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) {
        return;
      }

      moved += Math.abs(event.clientX - before);
      if (moved < CLICK) {
        return;
      }

      // Not earlier: a captured pointer clicks the band, not the mark under it.
      target.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, event.clientX);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) {
        now.current.pan((before - event.clientX) / Math.max(target.clientWidth, 1));
      } else if (Math.abs(event.clientX - other) > 8) {
        now.current.zoom(Math.abs(before - other) / Math.abs(event.clientX - other), place((event.clientX + other) / 2));
      }
    });
    const lift = (event: PointerEvent): void => { fingers.delete(event.pointerId); };
    on("pointerup", lift);
    on("pointercancel", lift);
    // The end of a drag is no click on the mark where it ended.
    on("click", (event) => {
      if (moved >= CLICK && event.detail > 0) {
        event.preventDefault();
        event.stopPropagation();
        moved = 0;
      }
    }, true);
    return () => over.abort();
  }, []);
}
