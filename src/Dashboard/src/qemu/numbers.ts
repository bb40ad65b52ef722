/** A 64-bit register, for which an integer of JSON stands; undefined if the value is not one. */
export function register(value: unknown): bigint | undefined {
  return (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value))) && value >= 0 && value <= 0xffff_ffff_ffff_ffffn ? BigInt(value) : undefined;
}

/** All 64 bits in groups of four hex digits: `0000 0000 0000 007e`. */
export function hex64(value: bigint): string {
  return value.toString(16).padStart(16, "0").replace(/(?=(?:.{4})+$)\B/g, " ");
}

/** A number as programmers write it: `0x7e`. */
export function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}
