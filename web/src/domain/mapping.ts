// From a moment of one recording to the same moment of the music in another.

/** Start and end, in seconds. */
export type Span = readonly [number, number];

/** Aligned moments (query seconds, reference seconds), both rising. */
export type Path = readonly (readonly [number, number])[];

/** A path of two points for a match of which only the spans are known. */
export function straight(query: readonly [number, number], reference: readonly [number, number]): Path {
  return [
    [query[0], reference[0]],
    [query[1], reference[1]],
  ];
}

/** Reference seconds for query seconds: along the path, and beyond its ends at its mean slope. */
export function toReference(path: Path, query: number): number {
  return along(path, query, 0);
}

/** Query seconds for reference seconds. */
export function toQuery(path: Path, reference: number): number {
  return along(path, reference, 1);
}

function along(path: Path, at: number, from: 0 | 1): number {
  const to = from === 0 ? 1 : 0;
  const first = path[0];
  const last = path[path.length - 1];
  if (first === undefined || last === undefined) return at;
  const width = last[from] - first[from];
  const slope = width > 0 ? (last[to] - first[to]) / width : 1;
  if (at <= first[from]) return Math.max(0, first[to] + (at - first[from]) * slope);
  if (at >= last[from]) return last[to] + (at - last[from]) * slope;
  let low = 0;
  let high = path.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (path[middle]![from] <= at) low = middle;
    else high = middle;
  }
  const [a, b] = [path[low]!, path[high]!];
  const part = b[from] > a[from] ? (at - a[from]) / (b[from] - a[from]) : 0;
  return a[to] + part * (b[to] - a[to]);
}
