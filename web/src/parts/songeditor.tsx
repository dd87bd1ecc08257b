// Correcting one song of a set list.
import type { Setlist, SongTrack } from "../api/types";
import { range, type Edit } from "../domain/editing";
import { songTitle } from "../domain/songwords";
import { keyShift, tempo } from "../domain/words";
import { Candidates } from "./candidates";
import { Icon } from "./icon";
import { TextField } from "./textfield";
import { TimeField } from "./timefield";
import { TrackPlay } from "./trackplay";
import { TrackSearch } from "./tracksearch";

interface Props {
  setlist: Setlist;
  index: number;
  edit: (edit: Edit) => void;
}

export function SongEditor({ setlist, index, edit }: Props) {
  const song = setlist.songs[index]!;
  const heard = [keyShift(song.key_shift), tempo(song.tempo_ratio)].filter(Boolean).join(", ");
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
      </div>
      {song.track !== null && song.track.track_id === "" && (
        <NameFields track={song.track} changed={(track) => edit({ kind: "rename", song: index, track })} />
      )}
      {song.track === null && (
        <Candidates candidates={song.candidates} chosen={(track) => edit({ kind: "name", song: index, track })} />
      )}
      <TrackSearch
        label={song.track === null ? "Which track is it?" : "It is another track"}
        chosen={(found) => edit({ kind: "name", song: index, track: found })}
      />
      <div class="actions">
        {song.track !== null && song.track.track_id !== "" && <TrackPlay key={song.track.track_id} track={song.track} words="Studio track" />}
        {(song.track !== null || song.candidates.length > 0) && (
          <button type="button" onClick={() => edit({ kind: "wrong", song: index })}>
            <Icon name="none" /> {song.track === null ? "None of these" : "Wrong song"}
          </button>
        )}
        <button type="button" onClick={() => edit({ kind: "remove", song: index })}>
          <Icon name="remove" /> Not a song
        </button>
      </div>
      {heard && song.track && <p class="hint">Heard {heard.toLowerCase()} compared with the studio track.</p>}
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
