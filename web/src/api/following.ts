// Following a job until it ends.
import { job } from "./service";
import { Problem } from "./problem";
import { wasCancelled } from "./http";
import type { Job } from "./types";

const EVERY = 1000;
const PATIENCE = 5; // unanswered polls before the server counts as gone

/** Report each state of a job; ends with its last one, or throws what keeps it from being known. */
export async function follow(id: string, seen: (job: Job) => void, signal: AbortSignal): Promise<Job> {
  let missed = 0;
  for (;;) {
    try {
      const now = await job(id, signal);
      missed = 0;
      seen(now);
      if (now.state !== "queued" && now.state !== "running") return now;
    } catch (error) {
      if (wasCancelled(error)) throw error;
      const passing = error instanceof Problem && (error.code === "unreachable" || error.retryAfter !== null);
      missed += 1;
      if (!passing || missed >= PATIENCE) throw error;
    }
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
