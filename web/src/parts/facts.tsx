// The relation of two recordings: key, tempo, and where they match.
import type { Span } from "../domain/mapping";
import { clock } from "../domain/time";
import { keyShift, tempo } from "../domain/words";

interface Props {
  shift: number;
  ratio: number;
  query: Span;
  reference: Span;
  names: readonly [string, string];
}

export function Facts({ shift, ratio, query, reference, names }: Props) {
  const spans = (span: Span) => `${clock(span[0])} to ${clock(span[1])}`;
  return (
    <dl class="facts">
      <div><dt>Key</dt><dd>{keyShift(shift)}</dd></div>
      <div><dt>Tempo</dt><dd>{tempo(ratio)}</dd></div>
      {/* The lanes show these, but only to the eye. */}
      <div class="unseen"><dt>Matches in {names[0]}</dt><dd>{spans(query)}</dd></div>
      <div class="unseen"><dt>Matches in {names[1]}</dt><dd>{spans(reference)}</dd></div>
    </dl>
  );
}
