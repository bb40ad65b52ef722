import { now } from "../app/clock.js";
import { age, clock, exact } from "../app/times.js";

/** How long ago something was; the exact time, local and UTC, on hover. */
export function When({ at }: { at: string }) {
  return <time dateTime={at} title={exact(at)}>{age(now.value - Date.parse(at))}</time>;
}

/** A time of day, with the date if it is not today; the exact time, local and UTC, on hover. */
export function Clock({ at, millis = false }: { at: string; millis?: boolean }) {
  return <time class="num" dateTime={at} title={exact(at)}>{clock(Date.parse(at), now.value, millis)}</time>;
}
