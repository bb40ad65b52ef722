/** How much higher some rows are than the others, by their index. */
export type Extras = ReadonlyMap<number, number>;

/** Where a row begins, in pixels below the first. */
export function topOf(index: number, height: number, extras: Extras): number {
  let top = index * height;
  for (const [row, extra] of extras) {
    top += row < index ? extra : 0;
  }

  return top;
}

/** The row at a place, in pixels below the first row; beyond the last row too. */
export function rowAt(y: number, height: number, extras: Extras): number {
  let above = 0;
  for (const [row, extra] of [...extras].sort(([a], [b]) => a - b)) {
    if (y < (row + 1) * height + above) {
      break;
    }

    if (y < (row + 1) * height + above + extra) {
      return row;
    }

    above += extra;
  }

  return Math.floor((y - above) / height);
}
