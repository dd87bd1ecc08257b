// One song of the catalog: its name, and on demand its recordings, why each belongs, and what to do about it.
import type { CatalogTrack, Work } from "../api/types";
import { trackTitle } from "../domain/songwords";
import { clock, spoken } from "../domain/time";
import { fileName, plural } from "../domain/words";
import { Icon } from "./icon";
import { TextField } from "./textfield";
import { TrackPlay } from "./trackplay";

export interface WorkActions {
  rename: (work: Work, title: string | null) => void;
  split: (work: Work, track: CatalogTrack) => void;
  regroup: (work: Work) => void;
  remove: (track: CatalogTrack) => void;
}

interface Props {
  work: Work;
  open: boolean;
  toggle: () => void;
  /** Whether it is to be joined with others. */
  chosen: boolean;
  choose: () => void;
  act: WorkActions;
}

export function WorkRow({ work, open, toggle, chosen, choose, act }: Props) {
  const id = `work-${work.work_id}`;
  const title = workTitle(work);
  const [only] = work.tracks.length === 1 ? work.tracks : [];
  const more = only === undefined ? plural(work.tracks.length, "recording") : only.album;
  return (
    <li class={open ? "open" : ""}>
      <div class="work-row">
        <label class="tick">
          <input type="checkbox" checked={chosen} onChange={choose} />
          <span class="unseen">Choose {title} to join it with others</span>
        </label>
        {only === undefined ? <span class="figures count" aria-hidden="true">{work.tracks.length}</span> : <TrackPlay track={only} />}
        <h3>
          <button type="button" class="work-name" aria-expanded={open} aria-controls={id} onClick={toggle}>
            <span class="track-name">
              <span class="title">{title}</span>
              <span class="soft">{[work.artist ?? "Unknown artist", more].filter(Boolean).join(" · ")}</span>
            </span>
            {only !== undefined && (
              <>
                <span class="codes figures soft">{[only.isrc, only.iswc].filter(Boolean).join(" · ")}</span>
                <span class="figures track-length">{clock(only.duration)}</span>
              </>
            )}
            {(work.grouped_by_hand || work.named_by_hand) && <span class="tag named"><Icon name="check" /> By hand</span>}
          </button>
        </h3>
        {only !== undefined && <Remove name={title} remove={() => act.remove(only)} />}
      </div>
      <div id={id} hidden={!open} class="work-body">
        {open && <WorkBody work={work} act={act} />}
      </div>
    </li>
  );
}

function WorkBody({ work, act }: { work: Work; act: WorkActions }) {
  return (
    <>
      <ul class="recordings" aria-label={`Recordings of ${workTitle(work)}`} hidden={work.tracks.length === 1}>
        {work.tracks.length > 1 && work.tracks.map((track) => (
          <li key={track.track_id}>
            <TrackPlay track={track} />
            <span class="track-name">
              <span class="title">{trackTitle(track)}</span>
              <span class="soft" title={track.path}>{[track.artist, track.album, fileName(track.path)].filter(Boolean).join(" · ")}</span>
              <span class="reason"><span class="soft">Why:</span> {why(track, work)}</span>
            </span>
            <span class="codes figures soft">{[track.isrc, track.iswc].filter(Boolean).join(" · ")}</span>
            <span class="figures track-length">
              {clock(track.duration)}
              <span class="unseen">, {spoken(track.duration)} long</span>
            </span>
            <span class="recording-actions">
              <button type="button" onClick={() => act.split(work, track)}>
                Split off<span class="unseen"> {fileName(track.path)}: it is another song</span>
              </button>
              <Remove name={fileName(track.path)} remove={() => act.remove(track)} />
            </span>
          </li>
        ))}
      </ul>
      <div class="work-naming">
        <TextField
          label="Title of the song"
          value={work.title ?? ""}
          changed={(title) => act.rename(work, title || null)}
        />
        <div class="actions">
          {work.named_by_hand && (
            <button type="button" onClick={() => act.rename(work, null)}><Icon name="undo" /> Title from the tags</button>
          )}
          {work.grouped_by_hand && (
            <button type="button" onClick={() => act.regroup(work)}><Icon name="undo" /> Group by tags and ear again</button>
          )}
        </div>
      </div>
    </>
  );
}

function Remove({ name, remove }: { name: string; remove: () => void }) {
  return (
    <button type="button" class="round quiet" aria-label={`Remove ${name}`} onClick={remove}>
      <Icon name="remove" />
    </button>
  );
}

export function workTitle(work: Work): string {
  return work.title ?? work.tracks[0]?.path ?? work.work_id;
}

/** Why a recording belongs to a work, as the service says. */
function why(track: CatalogTrack, work: Work): string {
  const other = work.tracks.find((one) => one.track_id === track.twin_of);
  const twin = track.twin_of === null ? "" : `the same recording as ${other ? fileName(other.path) : track.twin_of}`;
  return [track.work_reason, twin].filter(Boolean).join("; ");
}
