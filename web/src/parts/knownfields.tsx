// What is known of a recording: an artist, an album or a list of songs, which alone are searched then.
import { useId, useRef, useState } from "preact/hooks";
import { searched, type Known } from "../domain/known";
import { Icon } from "./icon";

interface Props {
  known: Known;
  changed: (known: Known) => void;
}

const LISTS = ".txt,.csv,.tsv,.m3u,.m3u8,text/plain,text/csv,audio/x-mpegurl";

export function KnownFields({ known, changed }: Props) {
  const file = useRef<HTMLInputElement>(null);
  const id = useId();
  const words = searched(known);
  const [open] = useState(words !== ""); // at first; then the visitor opens and closes it
  return (
    <details class="known" open={open}>
      <summary>
        <span class="title">Known artist or songs</span>
        <span class="soft">{words === "" ? "Optional: surer and faster" : `Only ${words}`}</span>
      </summary>
      <div class="known-fields">
        <div>
          <label for={`${id}-artist`}>Artist</label>
          <input
            id={`${id}-artist`}
            type="text"
            autocomplete="off"
            aria-describedby={`${id}-several`}
            value={known.artists}
            onInput={(event) => changed({ ...known, artists: event.currentTarget.value })}
          />
        </div>
        <div>
          <label for={`${id}-album`}>Album</label>
          <input
            id={`${id}-album`}
            type="text"
            autocomplete="off"
            aria-describedby={`${id}-several`}
            value={known.albums}
            onInput={(event) => changed({ ...known, albums: event.currentTarget.value })}
          />
        </div>
        <p class="hint" id={`${id}-several`}>Separate several with semicolons. Only their songs are searched.</p>
        <div class="known-songs">
          <label for={`${id}-songs`}>Songs that may be played, one a line</label>
          <textarea
            id={`${id}-songs`}
            rows={4}
            placeholder="Title, Artist - Title, ISRC or ISWC"
            disabled={known.list !== null}
            value={known.songs}
            onInput={(event) => changed({ ...known, songs: event.currentTarget.value })}
          />
          <div class="actions">
            {known.list === null ? (
              <button type="button" onClick={() => file.current?.click()}>
                <Icon name="file" /> Choose a list or playlist instead
              </button>
            ) : (
              <button type="button" onClick={() => changed({ ...known, list: null })}>
                <Icon name="close" /> Do not use {known.list.name}
              </button>
            )}
          </div>
          <input
            ref={file}
            type="file"
            hidden
            accept={LISTS}
            aria-label="List of songs"
            onChange={(event) => {
              const list = event.currentTarget.files?.[0] ?? null;
              if (list !== null) changed({ ...known, songs: "", list });
              event.currentTarget.value = "";
            }}
          />
        </div>
      </div>
    </details>
  );
}
