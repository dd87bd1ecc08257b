// Correcting one song of a set list.
import { useId, useState } from "preact/hooks";
import type { KeptSetlist, Setlist, Song, SongTrack } from "../api/types";
import { range, splitRange, type Edit } from "../domain/editing";
import { offered, songTitle } from "../domain/songwords";
import { clock } from "../domain/time";
import { keyShift, tempo } from "../domain/words";
import { Candidates } from "./candidates";
import { Icon } from "./icon";
import { SongEvidence } from "./songevidence";
import { TextField } from "./textfield";
import { TimeField } from "./timefield";
import { TrackPlay } from "./trackplay";
import { TrackSearch } from "./tracksearch";

interface Props {
  setlist: Setlist;
  index: number;
  /** Where the recording plays; null when it is not at hand. */
  at: number | null;
  /** Null when the server does not keep the list. */
  kept: KeptSetlist | null;
  edit: (edit: Edit) => void;
}

export function SongEditor({ setlist, index, at, kept, edit }: Props) {
  const [comparing, setComparing] = useState(false);
  const id = useId();
  const song = setlist.songs[index]!;
  const { track } = song;
  const listed = track !== null && track.track_id !== "";
  const candidates = offered(song);
  const heard = [keyShift(song.key_shift), tempo(song.tempo_ratio)].filter(Boolean).join(", ");
  const canCompare = listed && kept !== null && kept.files.length > 0;
  const compared = canCompare && comparing;
  return (
    <div class="editor" role="group" aria-label={`Correct ${songTitle(song)}`}>
      <div class="editor-times">
        {(["start", "end"] as const).map((edge) => (
          <TimeField
            key={edge}
            label={edge === "start" ? "Start" : "End"}
            value={song[edge]}
            range={range(setlist, index, edge)}
            changed={(to, merge) => edit({ kind: "move", song: index, edge, to, merge })}
          />
        ))}
        <Section song={song} setlist={setlist} changed={(section) => edit({ kind: "section", song: index, section })} />
      </div>
      <TrackSearch
        label={track === null ? "Which track is it?" : "It is another track"}
        named={track !== null}
        chosen={(chosen) => edit({ kind: "name", song: index, track: chosen })}
      />
      <TextField
        label="Notes on the song"
        value={song.notes ?? ""}
        changed={(notes) => edit({ kind: "note", song: index, notes: notes || null })}
      />
      <div class="actions">
        <button type="button" disabled={track === null && candidates.length === 0} onClick={once(() => edit({ kind: "wrong", song: index }))}>
          <Icon name="none" /> {track === null ? "None of these" : "Wrong song"}
        </button>
        <button type="button" onClick={once(() => edit({ kind: "remove", song: index }))}>
          <Icon name="remove" /> Not a song
        </button>
        {canCompare && (
          <button type="button" aria-expanded={comparing} aria-controls={`${id}-compare`} onClick={() => setComparing(!comparing)}>
            <Icon name="compare" /> Compare with the studio track
          </button>
        )}
        {listed && <TrackPlay key={track.track_id} track={track} words="Studio track" />}
        <Division setlist={setlist} index={index} at={at} edit={edit} />
      </div>
      {/* Below what is clicked: nothing may move under the pointer. */}
      {track !== null && !listed && (
        <NameFields track={track} changed={(named) => edit({ kind: "rename", song: index, track: named })} />
      )}
      {track === null && (
        <Candidates candidates={candidates} chosen={(chosen) => edit({ kind: "name", song: index, track: chosen })} />
      )}
      {heard && track && !compared && <p class="hint">Heard {heard.toLowerCase()} compared with the studio track.</p>}
      <div id={`${id}-compare`} hidden={!compared}>
        {compared && <SongEvidence kept={kept} song={song} track={track} />}
      </div>
    </div>
  );
}

/** A double click is one: its second half would act on what the first has made of the song. */
function once(act: () => void) {
  return (event: MouseEvent) => {
    if (event.detail <= 1) act();
  };
}

/** A song split in two where it plays, or else in its middle; and joined with the next one. */
function Division({ setlist: { songs }, index, at, edit }: Omit<Props, "kept">) {
  const song = songs[index]!;
  const next = songs[index + 1];
  const within = splitRange(song);
  const playing = within !== null && at !== null && within[0] <= at && at <= within[1];
  const place = playing ? at : (song.start + song.end) / 2;
  return (
    <>
      {within !== null && (
        <button type="button" onClick={() => edit({ kind: "split", song: index, at: place })}>
          <Icon name="split" /> Split at {clock(place)}
        </button>
      )}
      {next !== undefined && (
        <button type="button" onClick={() => edit({ kind: "join", song: index })}>
          <Icon name="join" /> Join with the next song
        </button>
      )}
    </>
  );
}

const SECTIONS = ["Set 1", "Set 2", "Set 3", "Encore"];

interface SectionProps {
  song: Song;
  setlist: Setlist;
  changed: (section: string | null) => void;
}

/** The set or encore that a song belongs to, and the songs after it. */
function Section({ song, setlist, changed }: SectionProps) {
  const id = useId();
  const known = [...new Set([...SECTIONS, ...setlist.songs.flatMap((one) => one.section ?? [])])];
  return (
    <div class="textfield">
      <label for={id}>From here on</label>
      <select id={id} value={song.section ?? ""} onChange={(event) => changed(event.currentTarget.value || null)}>
        <option value="">No set named</option>
        {known.map((section) => <option key={section} value={section}>{section}</option>)}
      </select>
    </div>
  );
}

/** What a song is called that the catalog does not have. */
function NameFields({ track, changed }: { track: SongTrack; changed: (track: SongTrack) => void }) {
  return (
    <div class="editor-names">
      <TextField label="Title" value={track.title ?? ""} required changed={(title) => changed({ ...track, title })} />
      <TextField
        label="Artist (optional)"
        value={track.artist ?? ""}
        changed={(artist) => changed({ ...track, artist: artist || null })}
      />
    </div>
  );
}
