// Two recordings of one song: hear them in step, and see where they agree.
import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Comparison } from "../api/types";
import { PairPlayer, type PairState, type Side } from "../audio/pair";
import { clock } from "../domain/time";
import { straight } from "../domain/mapping";
import { Facts } from "./facts";
import { Icon } from "./icon";
import { Lanes } from "./lanes";
import { Matrix, MatrixHint } from "./matrix";
import { Radios } from "./radios";
import { useTouch } from "./media";

interface Props {
  comparison: Comparison;
  names: readonly [string, string];
  queryUrl: string;
  /** The part of that recording that is meant, in seconds; without it, all of it. */
  queryPart?: readonly [number, number];
  /** null when the other recording is not at hand. */
  referenceUrl: string | null;
  words?: PairWords;
  /** The level of headings here. */
  under: "h3" | "h4";
}

const LEVELS = [["1", "Fine"], ["2", "2"], ["3", "3"], ["4", "Coarse"]] as const;

/** What the two are called, in a word and in a sentence. */
export interface PairWords {
  short: readonly [string, string];
  long: readonly [string, string];
}

const IDENTIFIED: PairWords = { short: ["Yours", "Other"], long: ["your recording", "the studio recording"] };

export function PairView({ comparison, names, queryUrl, queryPart, referenceUrl, words = IDENTIFIED, under: Heading }: Props) {
  const path = useMemo(
    () => (comparison.path.length > 1 ? comparison.path : straight(comparison.query_span, comparison.reference_span)),
    [comparison],
  );
  const start = { query: comparison.query_span[0], reference: comparison.reference_span[0] };
  const [state, setState] = useState<PairState>({ ...start, side: "query", playing: false });
  const [unplayable, setUnplayable] = useState("");
  const [level, setLevel] = useState("4"); // where diagonals show best
  const touch = useTouch();
  const hint = useId();
  const durations = useDurations(queryUrl, referenceUrl, [comparison.query_window[1], comparison.reference_window[1]]);
  const player = useRef<PairPlayer | null>(null);

  // Before it can be clicked, as an effect on a busy machine may not come.
  useLayoutEffect(() => {
    const made = new PairPlayer(queryUrl, referenceUrl ?? queryUrl, path, setState, (side) =>
      setUnplayable(words.long[side === "query" ? 0 : 1]),
    );
    player.current = made;
    return () => made.close();
  }, [queryUrl, referenceUrl, path]);

  const sides = [["query", words.short[0]], ["reference", words.short[1]], ["both", "Both"]] as const;
  const choose = (side: Side) => player.current?.choose(side);
  const key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const side = ({ a: "query", b: "reference" } as const)[event.key.toLowerCase()];
    if (side === undefined || (side === "reference" && referenceUrl === null)) return;
    choose(side);
    event.preventDefault();
  };
  const point = (query: number, reference: number) => {
    if (referenceUrl !== null) player.current?.choose("both");
    player.current?.seekBoth(query, reference);
    void player.current?.play();
  };
  return (
    <div class="pair" onKeyDown={key}>
      <div class="pair-look">
        <div class="matrix-head">
          <Heading class="matrix-title">Cross-similarity</Heading>
          <Radios legend="Level of detail" options={LEVELS} value={level} chosen={setLevel} />
        </div>
        <Matrix
          comparison={comparison}
          level={Number(level)}
          names={words.long}
          hint={hint}
          moment={state}
          point={point}
          seek={(query) => player.current?.seek(Math.max(0, query))}
        />
      </div>
      <div class="pair-listen">
        <div class="transport">
          <button
            type="button"
            class="primary round large"
            aria-label={state.playing ? "Pause" : "Play"}
            onClick={() => (state.playing ? player.current?.pause() : void player.current?.play())}
          >
            <Icon name={state.playing ? "pause" : "play"} />
          </button>
          <Radios
            legend="Which recording to hear"
            options={referenceUrl === null ? sides.slice(0, 1) : sides}
            value={state.side}
            chosen={choose}
          />
          <span class="clock figures">
            <span><span class="clock-of">{words.short[0]}</span> {clock(state.query)}</span>{" "}
            <span class="soft"><span class="clock-of">{words.short[1]}</span> {clock(state.reference)}</span>
          </span>
        </div>
        <Lanes
          names={names}
          path={path}
          spans={[comparison.query_span, comparison.reference_span]}
          wholes={[queryPart ?? [0, durations[0]], [0, durations[1]]]}
          moment={state}
          seek={(query) => player.current?.seek(Math.max(0, query))}
        />
        <Facts
          shift={comparison.key_shift}
          ratio={comparison.tempo_ratio}
          query={comparison.query_span}
          reference={comparison.reference_span}
          names={words.long}
        />
        <MatrixHint id={hint} names={words.long} />
        {referenceUrl === null ? (
          <p class="hint">The studio recording was moved or deleted, or this server may not play it: only yours can be played.</p>
        ) : !touch && (
          <p class="hint">Keys A and B switch between the two at the same moment of the music.</p>
        )}
        {unplayable && (
          <p class="hint bad" role="status">This browser cannot play {unplayable}; the answer is not affected.</p>
        )}
      </div>
    </div>
  );
}

/** How long both recordings are, once the browser knows. */
function useDurations(query: string, reference: string | null, atLeast: readonly [number, number]) {
  const [durations, setDurations] = useState(atLeast);
  useEffect(() => {
    const probes = [query, reference].map((url, i) => {
      const probe = new Audio();
      probe.preload = "metadata";
      probe.onloadedmetadata = () => {
        if (Number.isFinite(probe.duration)) {
          setDurations((known) => (i === 0 ? [probe.duration, known[1]] : [known[0], probe.duration]));
        }
      };
      if (url !== null) probe.src = url;
      return probe;
    });
    return () => probes.forEach((probe) => (probe.onloadedmetadata = null));
  }, [query, reference]);
  return durations;
}
