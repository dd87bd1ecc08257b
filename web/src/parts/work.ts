// One piece of work at a time: sending, waiting, then an answer or a problem.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, wasCancelled, type UploadOptions } from "../api/http";
import type { Problem } from "../api/problem";

export type Work<T> =
  | { state: "idle" }
  | { state: "sending"; share: number }
  | { state: "waiting" }
  | { state: "done"; answer: T }
  | { state: "failed"; problem: Problem };

export function useWork<T>() {
  const [work, setWork] = useState<Work<T>>({ state: "idle" });
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const start = (task: (options: UploadOptions) => Promise<T>) => {
    stop.current?.abort();
    const controller = new AbortController();
    stop.current = controller;
    setWork({ state: "sending", share: 0 });
    const sent = (share: number) => setWork(share < 1 ? { state: "sending", share } : { state: "waiting" });
    // A task that fails at once still fails later, so that every problem is new to what shows it.
    Promise.resolve()
      .then(() => task({ sent, signal: controller.signal }))
      .then(
        (answer) => stop.current === controller && setWork({ state: "done", answer }),
        (error: unknown) => {
          if (stop.current !== controller || wasCancelled(error)) return;
          setWork({ state: "failed", problem: asProblem(error) });
        },
      );
  };
  const reset = () => {
    stop.current?.abort();
    stop.current = null;
    setWork({ state: "idle" });
  };
  const finish = (answer: T) => setWork({ state: "done", answer });
  return { work, start, reset, finish };
}
