// Adding recordings to the catalog, one after the other, each with its own outcome.
import { useRef, useState } from "preact/hooks";
import { asProblem, wasCancelled, type UploadOptions } from "../api/http";
import { heading } from "../api/problem";
import { returned } from "../api/presence";
import type { AddedTrack } from "../api/types";
import { plural } from "../domain/words";
import { announce } from "./announcer";

/** A recording to add. */
export interface Source {
  name: string;
  /** It is on the server already. */
  isThere?: boolean;
  send: (options: UploadOptions) => Promise<{ track: AddedTrack; isNew: boolean }>;
}

export interface Addition {
  source: Source;
  state: "waiting" | "sending" | "reading" | "added" | "known" | "failed" | "stopped";
  share: number;
  detail: string;
  /** It was added, and something is wrong with it. */
  warns?: boolean;
}

const ENDS: readonly Addition["state"][] = ["added", "known", "failed", "stopped"];

/** Attempts at a busy server before a recording counts as failed. */
const TRIES = 20;

/** Milliseconds between two pictures: thousands of files may fail at once. */
const DRAWN_EVERY = 100;

export function hasEnded({ state }: Addition): boolean {
  return ENDS.includes(state);
}

export function useAdditions(added: () => void) {
  const [additions, setAdditions] = useState<readonly Addition[]>([]);
  const stopping = useRef(new AbortController());

  const add = async (sources: readonly Source[]) => {
    const stop = new AbortController();
    stopping.current = stop;
    const list: Addition[] = sources.map((source) => ({ source, state: "waiting", share: 0, detail: "" }));
    let drawing = 0;
    const show = (index: number, change: Partial<Addition>) => {
      list[index] = { ...list[index]!, ...change };
      drawing ||= window.setTimeout(draw, DRAWN_EVERY);
    };
    const draw = () => {
      window.clearTimeout(drawing);
      drawing = 0;
      setAdditions([...list]);
    };
    draw();
    for (const [index, source] of sources.entries()) {
      if (stop.signal.aborted) {
        show(index, { state: "stopped" });
        continue;
      }
      const sent = (share: number) => show(index, { state: share < 1 ? "sending" : "reading", share });
      try {
        const { track, isNew } = await patiently(
          () => {
            show(index, { state: source.isThere ? "reading" : "sending", share: 0, detail: "" });
            return source.send({ sent, signal: stop.signal });
          },
          (detail) => show(index, { state: "waiting", detail }),
          stop.signal,
        );
        const detail = [[track.title, track.artist].filter(Boolean).join(", "), ...track.warnings].filter(Boolean).join("; ");
        show(index, { state: isNew ? "added" : "known", detail, warns: track.warnings.length > 0 });
        added();
      } catch (error) {
        if (wasCancelled(error)) show(index, { state: "stopped", detail: "" });
        else {
          const problem = asProblem(error);
          show(index, { state: "failed", detail: `${heading(problem)}. ${problem.message}` });
        }
      }
    }
    draw();
    announce(summary(list));
  };
  return { additions, add: (sources: readonly Source[]) => void add(sources), stop: () => stopping.current.abort() };
}

/** The outcomes in a sentence. */
export function summary(additions: readonly Addition[]): string {
  const count = (end: Addition["state"]) => additions.filter(({ state }) => state === end).length;
  const [known, failed, stopped] = [count("known"), count("failed"), count("stopped")];
  return [
    `${plural(count("added"), "recording")} added`,
    known > 0 ? `${known} already in the catalog` : "",
    failed > 0 ? `${failed} failed` : "",
    stopped > 0 ? `${stopped} left out` : "",
  ].filter(Boolean).join(", ");
}

/** Try again after the time that a busy server asks for, and when one that was away is back. */
async function patiently<T>(ask: () => Promise<T>, waits: (why: string) => void, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (wasCancelled(error)) throw error;
      const problem = asProblem(error);
      if (problem.code === "unreachable") {
        waits("The server does not answer; it is sent again when it does");
        await returned(signal);
        continue;
      }
      if (problem.retryAfter === null || tries === TRIES) throw error;
      waits("The server is busy");
      await pause(problem.retryAfter * 1000, signal);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("cancelled", "AbortError"));
    });
  });
}
