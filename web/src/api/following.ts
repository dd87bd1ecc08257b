// Following a job or an answer until it ends.
import { answer, job } from "./service";
import type { Answer, Job } from "./types";

const EVERY = 1000; // milliseconds
const OFTEN = 300;

/** Report each state of a job; ends with its last one, or throws what keeps it from being known. */
export function follow(id: string, seen: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  return followEach(() => job(id, signal), EVERY, seen, signal);
}

/** The same of an answer, which takes seconds. */
export function followAnswer(id: string, seen: (answer: Answer) => void, signal: AbortSignal): Promise<Answer> {
  return followEach(() => answer(id, signal), OFTEN, seen, signal);
}

async function followEach<T extends { state: string }>(
  ask: () => Promise<T>, every: number, seen: (now: T) => void, signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const now = await ask();
    seen(now);
    if (now.state !== "queued" && now.state !== "running") return now;
    await pause(every, signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = () => {
      clearTimeout(timer);
      reject(new DOMException("cancelled", "AbortError"));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stopped);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stopped, { once: true });
  });
}
