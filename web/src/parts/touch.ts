// Whether the page is used with a finger alone: there is nothing to drop and no key to press.
import { useEffect, useState } from "preact/hooks";

const TOUCH = window.matchMedia("(hover: none) and (pointer: coarse)");

export function useTouch(): boolean {
  const [touch, setTouch] = useState(TOUCH.matches);
  useEffect(() => {
    const changed = () => setTouch(TOUCH.matches);
    TOUCH.addEventListener("change", changed);
    return () => TOUCH.removeEventListener("change", changed);
  }, []);
  return touch;
}
