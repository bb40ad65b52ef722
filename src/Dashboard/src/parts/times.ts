/** A time of day; the date too if it is another day than `today`. */
export function clock(at: number, today: number, millis = false): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${millis ? `.${String(date.getMilliseconds()).padStart(3, "0")}` : ""}`;
  return date.toDateString() === new Date(today).toDateString() ? time : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** "2 min ago"; a clock that was set back makes no negative ages. */
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
  const local = new Date(at);
  const fraction = /\.\d+/.exec(at)?.[0] ?? "";
  return `${local.toLocaleDateString()} ${two(local.getHours())}:${two(local.getMinutes())}:${two(local.getSeconds())}${fraction} local time\n${at} (UTC)`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
