// What the page is shown on.
import { useEffect, useState } from "preact/hooks";

/** Whether a media query holds now. */
function useMedia(query: string): boolean {
  const [holds, setHolds] = useState(() => window.matchMedia(query).matches);
  useEffect(() => {
    const media = window.matchMedia(query);
    const changed = () => setHolds(media.matches);
    changed(); // it may have, since the page was drawn first
    media.addEventListener("change", changed);
    return () => media.removeEventListener("change", changed);
  }, [query]);
  return holds;
}

/** Used with a finger alone: there is nothing to drop and no key to press. */
export function useTouch(): boolean {
  return useMedia("(hover: none) and (pointer: coarse)");
}

/** Too narrow for all columns of a table; catalog.css hides some at the same width. */
export function useNarrow(): boolean {
  return useMedia("(max-width: 48rem)");
}
