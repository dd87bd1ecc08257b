// The tracks that recordings are compared with: search, add, remove.
import { useEffect, useRef, useState } from "preact/hooks";
import { asProblem, wasCancelled } from "../api/http";
import type { Problem } from "../api/problem";
import { removeTrack, tracks } from "../api/service";
import type { CatalogTrack, Health, TrackPage } from "../api/types";
import { clock } from "../domain/time";
import { plural } from "../domain/words";
import { AddTracks } from "../parts/addtracks";
import { announce } from "../parts/announcer";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Notice } from "../parts/notice";
import { TrackPlay } from "../parts/trackplay";

const PAGE = 50;
const PAUSE = 200; // milliseconds without a key before the service is asked

interface Props {
  health: Health | null;
  changed: () => void;
}

export function Catalog({ health, changed }: Props) {
  const [words, setWords] = useState("");
  const [offset, setOffset] = useState(0);
  const [version, setVersion] = useState(0);
  const [page, setPage] = useState<TrackPage | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [leaving, setLeaving] = useState<CatalogTrack | null>(null);
  const results = useRef<HTMLHeadingElement>(null);
  const gone = useRef(false);

  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      tracks(words, PAGE, offset, stop.signal).then(
        (found) => {
          setProblem(null);
          setPage(found);
          if (words) announce(`${plural(found.total, "track")} found`);
        },
        (error: unknown) => {
          if (!wasCancelled(error)) setProblem(asProblem(error));
        },
      );
    }, words ? PAUSE : 0);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [words, offset, version]);

  useEffect(() => {
    // The button that asked for the removal is going, too.
    if (leaving === null && gone.current) results.current?.focus();
    gone.current = false;
  }, [leaving]);

  const reload = () => {
    setVersion((known) => known + 1);
    changed();
  };
  const turn = (to: number) => {
    setOffset(to);
    results.current?.focus();
  };
  return (
    <>
      <header class="view-head">
        <h1 tabIndex={-1}>The catalog</h1>
        <p class="lead">The studio recordings that live recordings are compared with.</p>
      </header>
      <AddTracks health={health} added={reload} />
      {problem && <Notice problem={problem} retry={reload} />}
      <section aria-labelledby="tracks">
        <div class="catalog-head">
          <h2 id="tracks" class="section-title" ref={results} tabIndex={-1}>
            {page === null ? "Tracks" : words ? `${plural(page.total, "track")} found` : plural(page.total, "track")}
          </h2>
          <label class="filter">
            <span class="unseen">Search the catalog</span>
            <Icon name="search" />
            <input
              type="search"
              placeholder="Title, artist, ISRC …"
              value={words}
              onInput={(event) => {
                setWords(event.currentTarget.value);
                setOffset(0);
              }}
            />
          </label>
        </div>
        {page?.total === 0 && (
          <p class="empty">{words ? "No track has all of these words." : "No tracks yet. Add studio recordings above."}</p>
        )}
        <ul class="tracks">
          {(page?.tracks ?? []).map((track) => (
            <li key={track.track_id}>
              <TrackPlay track={track} />
              <span class="track-name">
                <span class="title">{track.title ?? track.path}</span>
                <span class="soft">{[track.artist ?? "Unknown artist", track.album].filter(Boolean).join(" · ")}</span>
              </span>
              <span class="codes figures soft">{[track.isrc, track.iswc].filter(Boolean).join(" · ")}</span>
              <span class="figures track-length">{clock(track.duration)}</span>
              <button
                type="button"
                class="round quiet"
                aria-label={`Remove ${track.title ?? track.path}`}
                onClick={() => setLeaving(track)}
              >
                <Icon name="remove" />
              </button>
            </li>
          ))}
        </ul>
        {page !== null && page.total > PAGE && (
          <nav class="actions pages" aria-label="Pages of the catalog">
            <button type="button" disabled={offset === 0} onClick={() => turn(Math.max(0, offset - PAGE))}>Previous</button>
            <span class="figures">{offset + 1} to {Math.min(page.total, offset + PAGE)} of {page.total.toLocaleString("en")}</span>
            <button type="button" disabled={offset + PAGE >= page.total} onClick={() => turn(offset + PAGE)}>Next</button>
          </nav>
        )}
      </section>
      {leaving && (
        <Removal
          track={leaving}
          close={() => setLeaving(null)}
          removed={() => {
            announce(`${leaving.title ?? "Track"} removed`);
            gone.current = true;
            setLeaving(null);
            reload();
          }}
        />
      )}
    </>
  );
}

interface RemovalProps {
  track: CatalogTrack;
  close: () => void;
  removed: () => void;
}

function Removal({ track, close, removed }: RemovalProps) {
  const [failure, setFailure] = useState("");
  const remove = () => removeTrack(track.track_id).then(removed, (error: unknown) => setFailure(asProblem(error).message));
  return (
    <Dialog title="Remove this track?" close={close}>
      <p>
        <strong>{track.title ?? track.path}</strong>{track.artist && ` by ${track.artist}`} will no longer be
        recognised. A recording that was added on this page is deleted; files in your own folders stay.
      </p>
      {failure && <p class="hint bad" role="alert">{failure}</p>}
      <div class="actions">
        <button type="button" onClick={close}>Keep it</button>
        <button type="button" class="danger" onClick={() => void remove()}><Icon name="remove" /> Remove</button>
      </div>
    </Dialog>
  );
}
