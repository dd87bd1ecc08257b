// A probability as a figure and a bar.
import { certainty, percent } from "../domain/words";

export function Probability({ value, label = "Probability" }: { value: number; label?: string }) {
  return (
    <span class={`probability ${certainty(value)}`}>
      <span class="unseen">{label} </span>
      <span class="figures">{percent(value)}</span>
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${Math.max(2, value * 100)}%` }} />
      </span>
    </span>
  );
}
