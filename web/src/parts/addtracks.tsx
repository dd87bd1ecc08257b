// A place to add recordings to the catalog: files, folders or the demo's, with what became of each.
import { useState } from "preact/hooks";
import { addDemo, addTrack, checkSize, demo } from "../api/service";
import { asProblem } from "../api/http";
import type { Problem } from "../api/problem";
import type { Health } from "../api/types";
import { isAudio } from "../domain/folders";
import { plural } from "../domain/words";
import { addressOf } from "../routes";
import { hasEnded, summary, useAdditions, type Addition } from "./additions";
import { Dropzone } from "./dropzone";
import { Icon } from "./icon";
import { Notice } from "./notice";

interface Props {
  health: Health | null;
  added: () => void;
}

/** Recordings without a fault that are listed, the last ones. */
const SHOWN = 6;

export function AddTracks({ health, added }: Props) {
  const { additions, add, stop } = useAdditions(added);
  const [left, setLeft] = useState(0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [demoIsOffered, setDemoIsOffered] = useState(true);
  const done = additions.filter(hasEnded).length;
  const busy = done < additions.length;
  const empty = health?.n_tracks === 0;

  const take = (files: readonly File[]) => {
    // In folders there are pictures and texts, too; what was chosen alone is tried.
    const suffixes = health?.audio_suffixes ?? [];
    const music = files.length > 1 ? files.filter((file) => isAudio(file, suffixes)) : files;
    setLeft(files.length - music.length);
    add(music.map((file) => ({
      name: file.webkitRelativePath || file.name,
      send: async (options) => {
        checkSize(file, health?.limits);
        return addTrack(file, options);
      },
    })));
  };
  const takeDemo = () => {
    setProblem(null);
    setDemoIsOffered(false);
    setLeft(0);
    demo().then(
      ({ studio }) => add(studio.map((name) => ({ name, isThere: true, send: ({ signal }) => addDemo(name, signal) }))),
      (error: unknown) => setProblem(asProblem(error)),
    );
  };
  const failed = additions.filter(({ state }) => state === "failed");
  return (
    <section class="adding" aria-label="Add recordings">
      <Dropzone
        small={!empty}
        many
        folders
        label={empty ? "Drop your studio recordings here" : "Add studio recordings"}
        touchLabel="Add studio recordings"
        hint="Any number of files or folders. Title, artist and ISRC are read from their tags."
        button="Choose files"
        disabled={busy}
        chosen={take}
      >
        {empty && demoIsOffered && (
          <button type="button" onClick={takeDemo}><Icon name="add" /> Add the demo's music</button>
        )}
      </Dropzone>
      {problem && <Notice problem={problem} retry={takeDemo} />}
      {additions.length > 0 && (
        <div class="additions-head">
          <span>{busy ? `${done.toLocaleString("en")} of ${plural(additions.length, "recording")}` : `${summary(additions)}.`}</span>
          {left > 0 && <span class="soft">{plural(left, "file")} that {left === 1 ? "is" : "are"} no audio left out.</span>}
          {busy && <progress aria-label="Recordings added" max={additions.length} value={done} />}
          {busy && <button type="button" onClick={stop}>Stop</button>}
          {!busy && failed.length > 0 && (
            <button type="button" onClick={() => add(failed.map(({ source }) => source))}>
              Try {failed.length === 1 ? "the failed one" : `the ${failed.length} failed ones`} again
            </button>
          )}
        </div>
      )}
      {!busy && additions.some(({ state }) => state === "added" || state === "known") && (
        <nav class="actions" aria-label="What next">
          <a href={addressOf("identify")}>Identify a live recording</a>
          <a href={addressOf("setlist")}>Find the songs of a concert</a>
        </nav>
      )}
      {additions.length > 0 && (
        <ul class="additions" aria-label="Recordings being added">
          {shown(additions).map(({ source, state, share, detail, warns }) => (
            <li key={source.name} class={state}>
              <Icon name={state === "failed" || warns ? "alert" : state === "added" || state === "known" ? "check" : "file"} />
              <span class="addition-name">{source.name}</span>
              <span class="soft">
                {state === "sending" && share > 0 ? `Sending, ${Math.floor(share * 100)} %` : LABELS[state]}
                {detail && `: ${detail}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const LABELS: Record<Addition["state"], string> = {
  waiting: "Waiting",
  sending: "Sending",
  reading: "Analysing",
  added: "Added",
  known: "Already in the catalog",
  failed: "Not added",
  stopped: "Left out",
};

/** The one in hand, every failure and warning, and the last others. */
function shown(additions: readonly Addition[]): readonly Addition[] {
  const faulty = additions.filter(({ state, warns }) => state === "failed" || warns);
  const now = additions.find((one) => !hasEnded(one));
  const others = additions.filter(({ state, warns }) => !warns && (state === "added" || state === "known"));
  return [...(now === undefined ? [] : [now]), ...faulty, ...others.slice(-SHOWN).reverse()];
}
