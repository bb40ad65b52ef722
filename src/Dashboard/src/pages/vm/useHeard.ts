import type { GatewayEvent } from "@qmp-gateway/client";
import { useEffect, useRef, useState } from "preact/hooks";
import { hear } from "../../fleet/fleet.js";

/** Events of a VM that came since the page was opened, oldest first. */
export interface Heard {
  events: readonly GatewayEvent[];
  /** Whether more arrived than are kept. The history then has to be read again. */
  isCut: boolean;
  /** Forgets those that were received before a time, since history has them. */
  forgetBefore: (at: number) => void;
}

const MOST = 3000;
const OFTEN = 200;

/**
 * Collects the events of a VM as they arrive. The page is redrawn a few times a second, however many arrive.
 *
 * @param names The names of the gateway events to collect; all events if omitted.
 */
export function useHeard(vm: string, names?: readonly string[]): Heard {
  const [heard, setHeard] = useState<{ events: readonly GatewayEvent[]; isCut: boolean }>({ events: [], isCut: false });
  const waiting = useRef<GatewayEvent[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (): void => {
      timer = undefined;
      const came = waiting.current.splice(0);
      setHeard(({ events, isCut }) => ({ events: [...events, ...came].slice(-MOST), isCut: isCut || events.length + came.length > MOST }));
    };
    const stop = hear((event) => {
      if (event.vm === vm && (names === undefined || (event.origin === "gateway" && names.includes(event.event)))) {
        waiting.current.push(event);
        timer ??= setTimeout(show, OFTEN);
      }
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [vm]);
  return {
    ...heard,
    forgetBefore: (at) => setHeard(({ events }) => ({ events: events.filter((event) => Date.parse(event.receivedAt) >= at), isCut: false })),
  };
}
