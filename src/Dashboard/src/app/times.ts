/** A time of the gateway in microseconds since 1970, with every digit that it sent. */
export function micros(at: string): number {
  const fraction = /\.(\d+)/.exec(at)?.[1] ?? "";
  return Math.floor(Date.parse(at) / 1000) * 1_000_000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/** The local time with microseconds and the distance to UTC: `2026-11-29 06:10:19.852353 +01:00`. */
export function localTime(at: string): string {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${fractionOf(at)} ${zone}`;
}

/** UTC with microseconds: `2026-11-29 05:10:19.852353 UTC`. */
export function utcTime(at: string): string {
  return Number.isNaN(Date.parse(at)) ? at : `${new Date(at).toISOString().slice(0, 19).replace("T", " ")}${fractionOf(at)} UTC`;
}

/** A duration of microseconds in the unit that fits: `0.35 ms`, `12 s`. */
export function shortSpan(duration: number): string {
  const length = Math.abs(duration);
  return length < 1000 ? `${length} µs` : length < 1_000_000 ? `${(length / 1000).toFixed(length < 10_000 ? 2 : 0)} ms`
    : length < 120_000_000 ? `${(length / 1_000_000).toFixed(1)} s` : length < 7_200_000_000 ? `${Math.round(length / 60_000_000)} min` : `${Math.round(length / 3_600_000_000)} h`;
}

/** A time of day; the date too if it is another day than `today`. */
export function clock(at: number, today: number, millis = false): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${millis ? `.${String(date.getMilliseconds()).padStart(3, "0")}` : ""}`;
  return date.toDateString() === new Date(today).toDateString() ? time : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** "2 min ago"; ages are never negative, even if a clock was set back. */
export function age(milliseconds: number): string {
  return milliseconds < 1000 ? "now" : `${span(milliseconds)} ago`;
}

/** "2 min": a duration in its largest unit. */
export function span(milliseconds: number): string {
  const seconds = Math.floor(Math.max(milliseconds, 0) / 1000);
  return seconds < 60 ? `${seconds} s` : seconds < 3600 ? `${Math.floor(seconds / 60)} min` : seconds < 172_800 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** The local time and UTC, with all the digits that the gateway sent. */
export function exact(at: string): string {
  return `${localTime(at)}\n${utcTime(at)}`;
}

function fractionOf(at: string): string {
  return /\.\d+/.exec(at)?.[0] ?? "";
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
