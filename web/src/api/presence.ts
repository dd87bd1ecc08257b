// Whether the server answers: a request that it does not answer starts a watch, and those who wait are told of its return.
import { address } from "./address";

const EVERY = 1000; // milliseconds between two looks
const waiting = new Set<() => void>();
const watchers = new Set<(away: boolean) => void>();
let watching = false;

/** Call back once, when the server answers again; returns what takes the request back. */
export function onReturn(back: () => void): () => void {
  waiting.add(back);
  watch();
  return () => waiting.delete(back);
}

/** Resolve when the server answers again. */
export function returned(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const forget = onReturn(resolve);
    signal?.addEventListener("abort", () => {
      forget();
      reject(new DOMException("cancelled", "AbortError"));
    });
  });
}

/** Be told when the server goes and when it returns. */
export function onPresence(changed: (away: boolean) => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

/** Start to look for a server that did not answer. */
export function watch(): void {
  if (watching) return;
  watching = true;
  for (const watcher of watchers) watcher(true);
  const look = () => fetch(address("v1/health"), { cache: "no-store" }).then(found, again);
  const again = () => void setTimeout(look, EVERY);
  const found = (response: Response) => {
    if (!response.ok) return again(); // a proxy may answer in its place
    watching = false;
    for (const watcher of watchers) watcher(false);
    const told = [...waiting];
    waiting.clear();
    for (const back of told) back();
  };
  again();
}
