/** Moves the focus to the next event, or the previous one; to the first if none has it. */
export function focusNext(step: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>("[data-event]")];
  const at = all.findIndex((one) => one.closest("li")?.contains(document.activeElement) ?? false);
  const next = at < 0 ? all.find((one) => one.getBoundingClientRect().top > 0) : all[at + step];
  next?.focus({ preventScroll: true });
  next?.closest("li")?.scrollIntoView({ block: "nearest" });
}
