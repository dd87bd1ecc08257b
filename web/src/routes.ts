// Which view the address names: #/identify, #/identify/ANSWER, #/setlist, #/setlist/JOB, #/compare, #/catalog.
import { useEffect, useState } from "preact/hooks";

export const VIEWS = ["identify", "setlist", "compare", "catalog"] as const;
export type ViewName = (typeof VIEWS)[number];

export interface Route {
  view: ViewName;
  /** The answer, or the job of a set list. */
  job: string | null;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const changed = () => setRoute(read());
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return route;
}

export function addressOf(view: ViewName, job: string | null = null): string {
  return job === null ? `#/${view}` : `#/${view}/${encodeURIComponent(job)}`;
}

/** What the address names now. */
export function read(): Route {
  const [, view, job] = window.location.hash.split("/");
  const known = VIEWS.find((name) => name === view) ?? "identify";
  try {
    return { view: known, job: job ? decodeURIComponent(job) : null };
  } catch {
    return { view: "identify", job: null }; // a % that begins no character
  }
}
