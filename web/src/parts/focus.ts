// Keeping the keyboard's place: what had the focus may go, or be disabled, and the page itself answers no keys.
import { useEffect, useRef } from "preact/hooks";

/** Whether nothing has the focus that could use it. */
export function focusIsLost(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || active.matches(":disabled");
}

/** Put it on the heading of the view that is shown. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>(".view:not([hidden]) h1")?.focus();
}

/** A reference to an element that takes the focus if it appears in the place of what had it. */
export function useLostFocus<T extends HTMLElement>(appeared: unknown = null) {
  const element = useRef<T>(null);
  useEffect(() => {
    if (focusIsLost()) element.current?.focus();
  }, [appeared]);
  return element;
}
