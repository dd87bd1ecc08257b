// Earlier recordings: those that the server still knows, and those whose corrections this browser keeps.
import { useEffect, useRef, useState } from "preact/hooks";
import { jobs } from "../api/service";
import type { JobSummary } from "../api/types";
import { drafts, removeDraft, type Draft } from "../domain/drafts";
import { announce } from "./announcer";
import { Dialog } from "./dialog";
import { focusHeading } from "./focus";
import { Icon } from "./icon";

/** Jobs without corrections that are listed. */
const SHOWN = 6;

export function Recent({ open }: { open: (id: string) => void }) {
  const [known, setKnown] = useState<readonly JobSummary[]>([]);
  const [kept, setKept] = useState(drafts);
  const [leaving, setLeaving] = useState<Draft | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    jobs().then((all) => setKnown(all.filter((job) => job.state !== "cancelled")), () => {});
  }, []);

  useEffect(() => {
    // The button that asked for a removal is going, too.
    if (first.current) first.current = false;
    else if (heading.current !== null) heading.current.focus();
    else focusHeading();
  }, [kept]);

  const draftOf = (id: string) => kept.find(({ job }) => job === id);
  const plain = known.filter((job) => draftOf(job.id) === undefined).slice(0, SHOWN);
  const rows = [
    ...known
      .filter((job) => draftOf(job.id) !== undefined || plain.includes(job))
      .map((job) => ({ id: job.id, recording: job.recording, state: stateOf(job), draft: draftOf(job.id) })),
    ...kept
      .filter(({ job }) => !known.some(({ id }) => id === job))
      .map((one) => ({ id: one.job, recording: one.setlist.recording, state: "Kept in this browser", draft: one })),
  ];
  const remove = ({ job, setlist }: Draft) => {
    removeDraft(job);
    setKept(drafts());
    setLeaving(null);
    announce(`Corrections of ${setlist.recording} removed`);
  };
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="recent">
      <h2 id="recent" class="section-title" ref={heading} tabIndex={-1}>Recent recordings</h2>
      <ul class="recent">
        {rows.map(({ id, recording, state, draft }) => (
          <li key={id}>
            <button type="button" class="recent-name" onClick={() => open(id)}>
              <span class="title">{recording}</span>
              <span class="soft">{[state, draft && "corrected"].filter(Boolean).join(", ")}</span>
            </button>
            {draft && (
              <button
                type="button"
                class="round quiet"
                aria-label={`Remove the corrections of ${recording}`}
                onClick={() => setLeaving(draft)}
              >
                <Icon name="remove" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {leaving && (
        <Dialog title="Remove these corrections?" close={() => setLeaving(null)}>
          <p>
            The corrections of <strong>{leaving.setlist.recording}</strong> are kept only in this browser, and cannot
            be restored.
          </p>
          <div class="actions">
            <button type="button" onClick={() => setLeaving(null)}>Keep them</button>
            <button type="button" class="danger" onClick={() => remove(leaving)}><Icon name="remove" /> Remove</button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

function stateOf(job: JobSummary): string {
  if (job.state === "running") return `${Math.floor(job.progress * 100)} % done`;
  return { queued: "Waiting", done: "Done", failed: "Failed", cancelled: "Cancelled" }[job.state];
}
