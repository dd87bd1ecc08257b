// One song of the catalog: its row, and on demand its recordings, why each belongs, and what to do about it.
import type { CatalogTrack, Work } from "../api/types";
import { trackTitle } from "../domain/songwords";
import { addedOn, whyIn, workTitle } from "../domain/songs";
import { clock, spoken } from "../domain/time";
import { fileName, plural } from "../domain/words";
import { Icon } from "./icon";
import { useNarrow } from "./media";
import { TextField } from "./textfield";
import { Tick } from "./tick";
import { TrackPlay } from "./trackplay";

export interface WorkActions {
  rename: (work: Work, title: string | null) => void;
  split: (work: Work, track: CatalogTrack) => void;
  regroup: (work: Work) => void;
  edit: (tracks: readonly CatalogTrack[]) => void;
  remove: (tracks: readonly CatalogTrack[]) => void;
}

interface Props {
  work: Work;
  open: boolean;
  toggle: () => void;
  /** Ids of the recordings that are chosen. */
  chosen: ReadonlySet<string>;
  choose: (tracks: readonly CatalogTrack[], on: boolean) => void;
  act: WorkActions;
}

export function WorkRow({ work, open, toggle, chosen, choose, act }: Props) {
  const id = `work-${work.work_id}`;
  const title = workTitle(work);
  const [only] = work.tracks.length === 1 ? work.tracks : [];
  const byHand = work.grouped_by_hand || work.named_by_hand;
  const isrcs = work.tracks.flatMap(({ isrc }) => isrc ?? []);
  const longest = Math.max(...work.tracks.map(({ duration }) => duration));
  const artist = work.artist ?? "Unknown artist";
  return (
    <tbody class={open ? "work open" : "work"}>
      <tr>
        <td class="tick-cell"><Tick tracks={work.tracks} chosen={chosen} choose={choose} label={`Choose ${title}`} /></td>
        <th scope="row" class="title-cell">
          <button type="button" class="work-name" aria-expanded={open} aria-controls={id} onClick={toggle}>
            <span class="track-name">
              <span class="title">{title}</span>
              <span class="soft narrow">{artist}</span>
              {(only === undefined || byHand) && (
                <span class="tags">
                  {only === undefined && <span class="tag">{plural(work.tracks.length, "recording")}</span>}
                  {byHand && <span class="tag named"><Icon name="check" /> By hand</span>}
                </span>
              )}
            </span>
          </button>
        </th>
        <td class="artist-cell">{artist}</td>
        <td class="isrc-cell figures">{isrcs.length > 1 ? plural(isrcs.length, "code") : isrcs[0] ?? ""}</td>
        <td class="duration-cell figures">
          <span aria-hidden="true">{clock(longest)}</span>
          <span class="unseen">{spoken(longest)}</span>
        </td>
        <td class="added-cell figures">{addedOn(work.tracks)}</td>
      </tr>
      <tr id={id} hidden={!open}>
        <td colSpan={useNarrow() ? 3 : 6} class="work-body">
          {open && <WorkBody work={work} chosen={chosen} choose={choose} act={act} />}
        </td>
      </tr>
    </tbody>
  );
}

function WorkBody({ work, chosen, choose, act }: Pick<Props, "work" | "chosen" | "choose" | "act">) {
  const several = work.tracks.length > 1;
  return (
    <>
      <ul class="recordings" aria-label={`Recordings of ${workTitle(work)}`}>
        {work.tracks.map((track) => (
          <li key={track.track_id}>
            {several && <Tick tracks={[track]} chosen={chosen} choose={choose} label={`Choose ${fileName(track.path)}`} />}
            <TrackPlay track={track} />
            <div class="recording">
              <p><span class="title">{trackTitle(track)}</span> <span class="soft">{[track.artist, track.album].filter(Boolean).join(" · ")}</span></p>
              <RecordingFacts track={track} why={several ? whyIn(work, track) : ""} />
            </div>
            <div class="recording-actions">
              <button type="button" onClick={() => act.edit([track])}>
                Edit<span class="unseen"> {fileName(track.path)}</span>
              </button>
              {several && (
                <button type="button" onClick={() => act.split(work, track)}>
                  Split off<span class="unseen"> {fileName(track.path)}: it is another song</span>
                </button>
              )}
              <button type="button" class="round quiet" aria-label={`Remove ${several ? fileName(track.path) : workTitle(work)}`} onClick={() => act.remove([track])}>
                <Icon name="remove" />
              </button>
            </div>
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

/** What identifies a recording; the length only where there are several. */
function RecordingFacts({ track, why }: { track: CatalogTrack; why: string }) {
  const facts = [
    ["Path", track.path],
    ["ISRC", track.isrc],
    ["ISWC", track.iswc],
    ["Own id", track.work_code],
    ["Length", why && clock(track.duration)],
    ["Why", why],
    ["Edited", track.edited.join(", ")],
  ] as const;
  return (
    <dl class="recording-facts">
      {facts.filter(([, value]) => value).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  );
}
