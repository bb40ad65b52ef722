/** Labels as lines of `name=value`, in the order of their names. */
export function writeLabels(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels).sort(([a], [b]) => a.localeCompare(b)).map(([name, value]) => `${name}=${value}`).join("\n");
}

/** Lines of `name=value` as labels, or what is wrong with them. */
export function readLabels(text: string): { labels: Record<string, string> } | { wrong: string } {
  const labels: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of text.split("\n").map((one) => one.trim()).filter((one) => one !== "")) {
    const at = line.indexOf("=");
    const name = line.slice(0, Math.max(at, 0)).trim();
    if (name === "") {
      return { wrong: `'${line}' is not a label. Write name=value, one per line.` };
    }

    if (Object.hasOwn(labels, name)) {
      return { wrong: `The label '${name}' appears twice.` };
    }

    labels[name] = line.slice(at + 1).trim();
  }

  return { labels };
}
