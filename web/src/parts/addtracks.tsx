// Adding recordings to the catalog, one after the other, each with its own outcome.
import { useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { addTrack, checkSize } from "../api/service";
import { heading } from "../api/problem";
import type { Health } from "../api/types";
import { plural } from "../domain/words";
import { announce } from "./announcer";
import { Dropzone } from "./dropzone";
import { Icon } from "./icon";

interface Addition {
  file: File;
  state: "waiting" | "sending" | "reading" | "added" | "known" | "failed";
  share: number;
  detail: string;
}

interface Props {
  health: Health | null;
  added: () => void;
}

/** Attempts at a busy server before a file counts as failed. */
const TRIES = 20;

export function AddTracks({ health, added }: Props) {
  const [additions, setAdditions] = useState<readonly Addition[]>([]);
  const busy = additions.some(({ state }) => !ENDS.includes(state));

  const add = async (files: File[]) => {
    const list: Addition[] = files.map((file) => ({ file, state: "waiting", share: 0, detail: "" }));
    const show = (index: number, change: Partial<Addition>) => {
      list[index] = { ...list[index]!, ...change };
      setAdditions([...list]);
    };
    setAdditions([...list]);
    for (const [index, file] of files.entries()) {
      show(index, { state: "sending" });
      try {
        checkSize(file, health?.limits);
        const { track, isNew } = await patiently(() =>
          addTrack(file, { sent: (share) => show(index, { state: share < 1 ? "sending" : "reading", share }) }),
        );
        show(index, { state: isNew ? "added" : "known", detail: [track.title, track.artist].filter(Boolean).join(", ") });
        added();
      } catch (error) {
        const problem = asProblem(error);
        show(index, { state: "failed", detail: `${heading(problem)}. ${problem.message}` });
      }
    }
    const count = (end: Addition["state"]) => list.filter(({ state }) => state === end).length;
    const [known, failed] = [count("known"), count("failed")];
    announce(
      [
        `${plural(count("added"), "track")} added`,
        known > 0 ? `${known} already in the catalog` : "",
        failed > 0 ? `${failed} failed` : "",
      ].filter(Boolean).join(", "),
    );
  };
  return (
    <section aria-label="Add recordings">
      <Dropzone
        small
        many
        label="Add studio recordings"
        hint="Drop any number of files. Title, artist and ISRC are read from their tags."
        button="Choose files"
        disabled={busy}
        chosen={(files) => void add(files)}
      />
      {additions.length > 0 && (
        <ul class="additions" aria-label="Recordings being added">
          {additions.map(({ file, state, share, detail }, i) => (
            <li key={i} class={state}>
              <Icon name={state === "failed" ? "alert" : ENDS.includes(state) ? "check" : "file"} />
              <span class="addition-name">{file.name}</span>
              <span class="soft">
                {state === "sending" ? `Sending, ${Math.floor(share * 100)} %` : LABELS[state]}
                {detail && `: ${detail}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const ENDS: readonly Addition["state"][] = ["added", "known", "failed"];

const LABELS: Record<Addition["state"], string> = {
  waiting: "Waiting",
  sending: "Sending",
  reading: "Analysing",
  added: "Added",
  known: "Already in the catalog",
  failed: "Not added",
};

/** Try again after the time that a busy server asks for. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      const wait = asProblem(error).retryAfter;
      if (wait === null || tries === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    }
  }
}
