// Asks before recordings are removed from the catalog.
import { useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { removeTracks } from "../api/service";
import type { CatalogTrack } from "../api/types";
import { idsOf } from "../domain/songs";
import { plural } from "../domain/words";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

interface Props {
  tracks: readonly CatalogTrack[];
  close: () => void;
  removed: () => void;
}

export function Removal({ tracks, close, removed }: Props) {
  const [failure, setFailure] = useState("");
  const [only] = tracks.length === 1 ? tracks : [];
  const remove = () => removeTracks(idsOf(tracks)).then(removed, (error: unknown) => setFailure(asProblem(error).message));
  return (
    <Dialog title={only ? "Remove this recording?" : `Remove ${plural(tracks.length, "recording")}?`} close={close}>
      <p>
        {only ? <><strong>{only.title ?? only.path}</strong>{only.artist && ` by ${only.artist}`}</> : "They"} will no
        longer be recognised. Recordings that were added on this page are deleted; files in your own folders stay.
      </p>
      {failure && <p class="hint bad" role="alert">{failure}</p>}
      <div class="actions">
        <button type="button" onClick={close}>{only ? "Keep it" : "Keep them"}</button>
        <button type="button" class="danger" onClick={() => void remove()}><Icon name="remove" /> Remove</button>
      </div>
    </Dialog>
  );
}
