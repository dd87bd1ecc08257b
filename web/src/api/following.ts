// Following a job until it ends.
import { job } from "./service";
import type { Job } from "./types";

const EVERY = 1000;

/** Report each state of a job; ends with its last one, or throws what keeps it from being known. */
export async function follow(id: string, seen: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  for (;;) {
    const now = await job(id, signal);
    seen(now);
    if (now.state !== "queued" && now.state !== "running") return now;
    await pause(EVERY, signal);
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
