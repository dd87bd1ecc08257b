// A combobox that finds one track of the catalog by words, or takes the words for a title.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { asProblem, wasCancelled } from "../api/http";
import { tracks } from "../api/service";
import type { CatalogTrack, SongTrack } from "../api/types";
import { plural } from "../domain/words";
import { announce } from "./announcer";

const SHOWN = 8;
const PAUSE = 150; // milliseconds without a key before the service is asked

interface Props {
  label: string;
  focus?: boolean;
  /** The song has a name, which no text replaces before that is chosen. */
  named?: boolean;
  chosen: (track: SongTrack) => void;
}

/** A song that the catalog does not have. */
function byHand(title: string): SongTrack {
  return { track_id: "", title, artist: null, album: null, isrc: null, iswc: null, path: "", duration: 0, work_id: "" };
}

export function TrackSearch({ label, focus = false, named = false, chosen }: Props) {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<readonly CatalogTrack[] | null>(null);
  const [active, setActive] = useState(0); // the row that Enter chooses; -1 for none
  const byHandAtFirst = named ? -1 : 0;
  const [failure, setFailure] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const id = useId();

  useEffect(() => {
    if (focus) input.current?.focus();
  }, []);
  useEffect(() => {
    if (words.trim() === "") {
      setFound(null);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      tracks(words, SHOWN, 0, stop.signal).then(
        ({ total, tracks: page }) => {
          setFound(page);
          setActive(total === 0 ? byHandAtFirst : 0);
          setFailure("");
          announce(total > 0 ? `${plural(total, "track")} found` : `No track found; ${named ? "not saved until you choose to name it by hand" : "the song can be named by hand"}`);
        },
        (error: unknown) => {
          if (wasCancelled(error)) return;
          setFound([]); // a title can still be given
          setActive(byHandAtFirst);
          setFailure(asProblem(error).message);
        },
      );
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words]);

  const title = words.trim();
  const open = found !== null && title !== "";
  const last = found?.length ?? 0; // what names the song by hand stands below the tracks
  const take = (track: SongTrack) => {
    setWords("");
    setFound(null);
    chosen(track);
  };
  const key = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === "ArrowDown") setActive(Math.min(last, active + 1));
    else if (event.key === "ArrowUp") setActive(Math.max(0, active - 1));
    else if (event.key === "Enter") {
      if (active >= 0) take(found[active] ?? byHand(title));
      else {
        setActive(last);
        announce(`Press Enter again to name it ${title}, by hand`);
      }
    } else if (event.key === "Escape") setFound(null);
    else return;
    event.preventDefault();
    event.stopPropagation(); // Escape closes the list, not what it lies in
  };
  return (
    <div class="search">
      <label for={`${id}-input`}>{label}</label>
      <input
        ref={input}
        id={`${id}-input`}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(open && active >= 0 ? { "aria-activedescendant": `${id}-${active}` } : {})}
        placeholder="Title, artist, ISRC …"
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
        onKeyDown={key}
      />
      <ul id={`${id}-list`} role="listbox" aria-label="Tracks found" hidden={!open}>
        {(found ?? []).map((track, i) => (
          <li
            key={track.track_id}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === active}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(track)}
          >
            <span>{track.title ?? track.path}</span>
            <span class="soft">{[track.artist, track.album].filter(Boolean).join(" · ")}</span>
          </li>
        ))}
        <li
          id={`${id}-${last}`}
          role="option"
          aria-selected={active === last}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => take(byHand(title))}
        >
          <span>Name it “{title}”, by hand</span>
          {found?.length === 0 && (
            <span class="soft">
              {[!failure && "No track in the catalog has these words", named && `Not saved until you choose${active < 0 ? "" : ": press Enter again"}`].filter(Boolean).join(" · ")}
            </span>
          )}
        </li>
      </ul>
      {failure && <p class="hint bad">{failure}</p>}
    </div>
  );
}
