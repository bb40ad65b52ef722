/** Whether a text matches a pattern, in which `*` stands for any text. */
export function matches(text: string, pattern: string): boolean {
  return compiled([pattern])(text);
}

/** Whether texts match any of some patterns; without patterns, all do. */
export function compiled(patterns: readonly string[]): (text: string) => boolean {
  const names = new Set(patterns.filter((pattern) => !pattern.includes("*")));
  const others = patterns.filter((pattern) => pattern.includes("*")).map(expression);
  return patterns.length === 0 ? () => true : (text) => names.has(text) || others.some((one) => one.test(text));
}

function expression(pattern: string): RegExp {
  return new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.\\^$+?()[\]{}|/-]/g, "\\$&")).join(".*")}$`, "s");
}
