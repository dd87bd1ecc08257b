// Two recordings side by side, the second one placed so that the same music stands below itself.
import type { Moment } from "../audio/pair";
import { toQuery, type Path, type Span } from "../domain/mapping";
import { clock } from "../domain/time";

interface Props {
  names: readonly [string, string];
  path: Path;
  spans: readonly [Span, Span];
  /** All of each recording that can be heard. */
  wholes: readonly [Span, Span];
  moment: Moment;
  seek: (query: number) => void;
}

export function Lanes({ names, path, spans, wholes, moment, seek }: Props) {
  // Everything in seconds of the query.
  const lanes = [
    { name: names[0], from: wholes[0][0], to: wholes[0][1], span: spans[0], label: spans[0] },
    {
      name: names[1],
      from: beyond(path, wholes[1][0]),
      to: beyond(path, wholes[1][1]),
      span: [toQuery(path, spans[1][0]), toQuery(path, spans[1][1])] as const,
      label: spans[1],
    },
  ];
  const low = Math.min(...lanes.map((lane) => lane.from));
  const high = Math.max(...lanes.map((lane) => lane.to));
  const place = (from: number, to: number) => ({
    left: `${((from - low) / (high - low)) * 100}%`,
    width: `${(Math.max(0, to - from) / (high - low)) * 100}%`,
  });
  return (
    <div
      class="lanes"
      aria-hidden="true" // the slider below says and does the same
      onPointerDown={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        seek(low + ((event.clientX - box.left) / box.width) * (high - low));
      }}
    >
      {lanes.map((lane, i) => (
        <div class={`lane ${i === 0 ? "query" : "reference"}`} key={i}>
          <div class="lane-name">
            <span>{lane.name}</span>
            <span class="soft figures">{clock(lane.label[0])} – {clock(lane.label[1])}</span>
          </div>
          <div class="lane-bar">
            <div class="lane-whole" style={place(lane.from, lane.to)} />
            <div class="lane-span" style={place(lane.span[0], lane.span[1])} />
            <div class="lane-now" style={{ left: place(moment.query, moment.query).left }} />
          </div>
        </div>
      ))}
    </div>
  );
}

/** Query seconds of a moment of the reference, also before the query begins. */
function beyond(path: Path, reference: number): number {
  const [first, last] = [path[0]!, path[path.length - 1]!];
  const slope = last[1] > first[1] ? (last[0] - first[0]) / (last[1] - first[1]) : 1;
  if (reference < first[1]) return first[0] + (reference - first[1]) * slope;
  return toQuery(path, reference);
}
