// The CSM of two windows: where it is bright they are alike; a click plays both from there.
import { useEffect, useRef } from "preact/hooks";
import type { Comparison } from "../api/types";
import type { Moment } from "../audio/pair";
import { draw } from "../domain/csm";
import { clock, spoken } from "../domain/time";
import { useTouch } from "./media";

interface Props {
  comparison: Comparison;
  level: number;
  /** What the two are called in a sentence. */
  names: readonly [string, string];
  /** The id of a `MatrixHint`. */
  hint: string;
  moment: Moment;
  /** Both recordings from a cell. */
  point: (query: number, reference: number) => void;
  /** Along the alignment. */
  seek: (query: number) => void;
}

const STEP = 2; // seconds a press of an arrow key

export function Matrix({ comparison, level, names, hint, moment, point, seek }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const csm = comparison.csms.find((one) => one.level === level) ?? comparison.csms[0];
  useEffect(() => {
    if (canvas.current !== null && csm !== undefined) draw(canvas.current, csm);
  }, [csm]);
  if (csm === undefined) return null;

  // The steps of a level may end a little before or after the window.
  const across = { from: comparison.reference_window[0], length: csm.reference_steps * csm.step_seconds };
  const up = { from: comparison.query_window[0], length: csm.query_steps * csm.step_seconds };
  const share = (at: number, axis: typeof up) => (at - axis.from) / axis.length;
  const [x, y] = [share(moment.reference, across), share(moment.query, up)];
  const inside = x >= 0 && x <= 1 && y >= 0 && y <= 1;
  const line = comparison.path.map(([q, r]) => `${share(r, across) * 100},${(1 - share(q, up)) * 100}`).join(" ");

  const click = (event: PointerEvent) => {
    const box = canvas.current!.getBoundingClientRect();
    const right = (event.clientX - box.left) / box.width;
    const above = 1 - (event.clientY - box.top) / box.height;
    point(up.from + above * up.length, across.from + right * across.length);
  };
  const key = (event: KeyboardEvent) => {
    const forward = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (forward !== undefined && event.shiftKey) point(moment.query, moment.reference + forward * STEP);
    else if (forward !== undefined) seek(moment.query + forward * STEP);
    else if (event.key === "Home") seek(comparison.query_span[0]);
    else if (event.key === "End") seek(comparison.query_span[1]);
    else return;
    event.preventDefault();
  };
  return (
    <figure class="matrix">
      <div class="matrix-frame">
        <span class="axis up" aria-hidden="true">{capital(names[0])} {clock(up.from)} – {clock(up.from + up.length)}</span>
        <div
          class="matrix-picture"
          role="slider"
          tabIndex={0}
          aria-label="Moment in both recordings"
          aria-describedby={hint}
          aria-valuemin={Math.round(up.from)}
          aria-valuemax={Math.round(up.from + up.length)}
          aria-valuenow={Math.round(moment.query)}
          aria-valuetext={`${spoken(moment.query)} of ${names[0]}, ${spoken(moment.reference)} of ${names[1]}`}
          onPointerDown={click}
          onKeyDown={key}
        >
          <canvas ref={canvas} />
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            <polyline class="path-under" points={line} />
            <polyline class="path" points={line} />
          </svg>
          {inside && <div class="cross across" style={{ bottom: `${y * 100}%` }} />}
          {inside && <div class="cross up" style={{ left: `${x * 100}%` }} />}
        </div>
        <span class="axis across" aria-hidden="true">{capital(names[1])} {clock(across.from)} – {clock(across.from + across.length)}</span>
      </div>
    </figure>
  );
}

/** What the picture shows, and what can be done with it. */
export function MatrixHint({ id, names }: { id: string; names: readonly [string, string] }) {
  const touch = useTouch();
  return (
    <p class="hint" id={id}>
      Bright where the two sound alike; a shared passage draws a diagonal. {touch ? "Tap" : "Click"} to hear both from
      there, {names[0]} on the left.
      {!touch && ` Arrow keys move along the alignment, with Shift ${names[1]} alone.`}
    </p>
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
