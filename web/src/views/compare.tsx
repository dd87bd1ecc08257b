// Are these two the same song? Two recordings in, the evidence out.
import { useEffect, useRef, useState } from "preact/hooks";
import { checkSize, compare } from "../api/service";
import type { Comparison, Health } from "../api/types";
import { percent } from "../domain/words";
import { announce } from "../parts/announcer";
import { Probability } from "../parts/probability";
import { Dropzone } from "../parts/dropzone";
import { focusHeading } from "../parts/focus";
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { useObjectUrl } from "../parts/objecturl";
import { PairView, type PairWords } from "../parts/pairview";
import { Progress } from "../parts/progress";
import { useWork } from "../parts/work";

const COMPARED: PairWords = { short: ["First", "Second"], long: ["the first recording", "the second recording"] };

export function Compare({ health }: { health: Health | null }) {
  const { work, start, reset } = useWork<Comparison>();
  const [query, setQuery] = useState<File | null>(null);
  const [reference, setReference] = useState<File | null>(null);
  const run = () => {
    if (query === null || reference === null) return;
    start(async (options) => {
      for (const file of [query, reference]) checkSize(file, health?.limits);
      return compare(query, reference, options);
    });
  };
  const back = () => {
    reset();
    focusHeading();
  };
  const again = () => {
    setQuery(null);
    setReference(null);
    back();
  };
  return (
    <>
      <header class="view-head">
        <h1 tabIndex={-1}>Are these two the same song?</h1>
        <p class="lead">Two recordings are compared with each other, whether or not the catalog knows them.</p>
      </header>
      {work.state === "idle" && (
        <>
          <div class="two">
            <Slot label="First recording" hint="For example a live version" file={query} choose={setQuery} />
            <Slot label="Second recording" hint="For example the studio version" file={reference} choose={setReference} />
          </div>
          <div class="actions">
            <button type="button" class="primary" disabled={query === null || reference === null} onClick={run}>
              <Icon name="compare" /> Compare
            </button>
          </div>
        </>
      )}
      {work.state === "failed" && <Notice problem={work.problem} retry={run} dismiss={again} />}
      {(work.state === "sending" || work.state === "waiting") && (
        <Progress
          label={work.state === "sending" ? "Sending both recordings" : "Comparing"}
          share={work.state === "sending" ? work.share : null}
          cancel={back}
        />
      )}
      {work.state === "done" && query && reference && (
        <Compared comparison={work.answer} query={query} reference={reference} again={again} />
      )}
    </>
  );
}

interface SlotProps {
  label: string;
  hint: string;
  file: File | null;
  choose: (file: File) => void;
}

function Slot({ label, hint, file, choose }: SlotProps) {
  return (
    <Dropzone
      small
      label={file === null ? label : file.name}
      hint={file === null ? hint : label}
      button={file === null ? "Choose a file" : "Choose another"}
      chosen={(files) => files[0] && choose(files[0])}
    />
  );
}

interface ComparedProps {
  comparison: Comparison;
  query: File;
  reference: File;
  again: () => void;
}

function Compared({ comparison, query, reference, again }: ComparedProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [queryUrl, referenceUrl] = [useObjectUrl(query), useObjectUrl(reference)];
  const verdict = comparison.same ? "Yes, the same song" : "No, not the same song";
  useEffect(() => {
    heading.current?.focus();
    announce(`${verdict}. Pair probability ${percent(comparison.pair_probability)}`);
  }, [comparison]);
  return (
    <>
      <section class={`verdict ${comparison.same ? "found" : "none"}`} aria-labelledby="compared">
        <div class="verdict-head">
          <h2 id="compared" ref={heading} tabIndex={-1}>{verdict}</h2>
          <Probability value={comparison.pair_probability} label="Probability that they are the same" />
        </div>
        {queryUrl && referenceUrl && (
          <PairView
            comparison={comparison}
            names={[query.name, reference.name]}
            queryUrl={queryUrl}
            referenceUrl={referenceUrl}
            words={COMPARED}
            under="h3"
          />
        )}
      </section>
      <div class="actions"><button type="button" onClick={again}>Compare two others</button></div>
    </>
  );
}
