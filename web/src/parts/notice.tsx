// A problem, said plainly, with the way on.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { heading, isFinal, type Problem } from "../api/problem";
import { onReturn } from "../api/presence";
import { announce } from "./announcer";
import { useLostFocus } from "./focus";
import { Icon } from "./icon";

interface Props {
  problem: Problem;
  /** Offered where it can help. */
  retry?: () => void;
  dismiss?: () => void;
  children?: ComponentChildren;
}

export function Notice({ problem, retry: again, dismiss, children }: Props) {
  const retry = isFinal(problem) ? undefined : again;
  const wait = useCountdown(problem);
  const title = useLostFocus<HTMLHeadingElement>(problem);
  useReturn(problem.code === "unreachable" ? retry : undefined);
  useEffect(() => announce(`${heading(problem)}. ${problem.message}`, "assertive"), [problem]);
  return (
    <section class="notice" aria-label="Problem">
      <Icon name="alert" />
      <div>
        <h2 class="notice-title" ref={title} tabIndex={-1}>{heading(problem)}</h2>
        <p>{problem.message}</p>
        {problem.formats.length > 0 && (
          <details>
            <summary>Formats that can be read</summary>
            <p>{problem.formats.join(", ")}</p>
          </details>
        )}
        {children}
        {(retry || dismiss) && (
          <div class="actions">
            {retry && (
              <button type="button" onClick={retry} disabled={wait > 0}>
                {wait > 0 ? `Try again in ${wait} s` : "Try again"}
              </button>
            )}
            {dismiss && <button type="button" onClick={dismiss}>Start over</button>}
          </div>
        )}
      </div>
    </section>
  );
}

/** Seconds until trying again may help. */
function useCountdown(problem: Problem): number {
  const [wait, setWait] = useState(0);
  useEffect(() => {
    const end = Date.now() + (problem.retryAfter ?? 0) * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setWait(left);
      if (left === 0) window.clearInterval(timer);
    };
    const timer = window.setInterval(tick, 250);
    tick();
    return () => window.clearInterval(timer);
  }, [problem]);
  return wait;
}

/** Try again by itself when the server answers again. */
function useReturn(retry: (() => void) | undefined): void {
  const latest = useRef(retry);
  latest.current = retry;
  const waits = retry !== undefined;
  useEffect(() => (waits ? onReturn(() => latest.current?.()) : undefined), [waits]);
}
