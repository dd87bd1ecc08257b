// What the tags of recordings say wrongly, or not at all: set by hand, of one or of many.
import { useId, useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { editTracks, type TrackFields } from "../api/service";
import type { CatalogTrack } from "../api/types";
import { idsOf } from "../domain/songs";
import { fileName, plural } from "../domain/words";
import { Dialog } from "./dialog";

interface Props {
  tracks: readonly CatalogTrack[];
  close: () => void;
  edited: () => void;
}

const FIELDS: readonly (readonly [keyof TrackFields, string])[] = [
  ["title", "Title"], ["artist", "Artist"], ["album", "Album"],
  ["isrc", "ISRC"], ["iswc", "ISWC"], ["work_code", "Your own id of the work"],
];

/** Fields that differ from recording to recording. */
const EACH = new Set(["isrc"]);

export function EditTracks({ tracks, close, edited }: Props) {
  const [changes, setChanges] = useState<TrackFields>({});
  const [failure, setFailure] = useState("");
  const id = useId();
  const [only] = tracks.length === 1 ? tracks : [];
  const shared = (name: keyof TrackFields) => {
    const values = new Set(tracks.map((track) => track[name] ?? ""));
    return values.size === 1 ? [...values][0]! : null;
  };
  const save = (event: Event) => {
    event.preventDefault();
    if (Object.keys(changes).length === 0) return close();
    editTracks(idsOf(tracks), changes).then(edited, (error: unknown) => setFailure(asProblem(error).message));
  };
  return (
    <Dialog title={only ? `Edit ${fileName(only.path)}` : `Edit ${plural(tracks.length, "recording")}`} close={close}>
      <form onSubmit={save}>
        <p class="soft">What is set here stays, whatever the tags say. The files are not changed.</p>
        {FIELDS.filter(([name]) => only || !EACH.has(name)).map(([name, label]) => {
          const value = shared(name);
          return (
            <div key={name}>
              <label for={`${id}-${name}`}>{label}</label>
              <input
                id={`${id}-${name}`}
                type="text"
                autocomplete="off"
                placeholder={value === null ? "Several values, left as they are" : ""}
                value={changes[name] ?? value ?? ""}
                onInput={(event) => setChanges({ ...changes, [name]: event.currentTarget.value })}
              />
            </div>
          );
        })}
        <p class="hint bad" role="alert">{failure}</p>
        <div class="actions">
          <button type="button" onClick={close}>Cancel</button>
          <button type="submit" class="primary">Save</button>
        </div>
      </form>
    </Dialog>
  );
}
