// The order of a concert's files.

const NUMBERS = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Files by their names, as people number them: d1t9 before d1t10. */
export function byName(files: readonly File[]): File[] {
  return [...files].sort((a, b) => NUMBERS.compare(a.name, b.name));
}

/** With one of them moved to another place. */
export function moved<T>(all: readonly T[], from: number, to: number): T[] {
  const list = [...all];
  list.splice(to, 0, ...list.splice(from, 1));
  return list;
}
