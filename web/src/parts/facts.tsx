// The relation of two recordings: key, tempo, and where they match.
import type { Span } from "../domain/mapping";
import { clock } from "../domain/time";
import { keyShift, tempo } from "../domain/words";

interface Props {
  shift: number;
  ratio: number;
  query: Span;
  reference: Span;
  names?: readonly [string, string];
}

const IDENTIFIED = ["In your recording", "In the studio track"] as const;

export function Facts({ shift, ratio, query, reference, names = IDENTIFIED }: Props) {
  const spans = (span: Span) => `${clock(span[0])} – ${clock(span[1])}`;
  return (
    <dl class="facts">
      <div><dt>Key</dt><dd>{keyShift(shift)}</dd></div>
      <div><dt>Tempo</dt><dd>{tempo(ratio)}</dd></div>
      <div><dt>{names[0]}</dt><dd class="figures">{spans(query)}</dd></div>
      <div><dt>{names[1]}</dt><dd class="figures">{spans(reference)}</dd></div>
    </dl>
  );
}
