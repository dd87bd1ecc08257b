// The page's live regions: what a screen reader says without focus moving.
import { useEffect, useState } from "preact/hooks";

type Urgency = "polite" | "assertive";
type Listener = (text: string, urgency: Urgency) => void;

const listeners = new Set<Listener>();

/** Have a screen reader say something. */
export function announce(text: string, urgency: Urgency = "polite"): void {
  for (const listener of listeners) listener(text, urgency);
}

export function Announcer() {
  const [said, setSaid] = useState({ polite: "", assertive: "" });
  useEffect(() => {
    // The same sentence twice is only said twice if the text changes. What was said before is over.
    const listener: Listener = (text, urgency) =>
      setSaid((before) => ({ polite: "", assertive: "", [urgency]: before[urgency] === text ? `${text}\u00a0` : text }));
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return (
    <>
      <div class="unseen" role="status" aria-live="polite">{said.polite}</div>
      <div class="unseen" role="alert" aria-live="assertive">{said.assertive}</div>
    </>
  );
}
