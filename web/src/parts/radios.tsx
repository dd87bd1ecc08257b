// One choice of a few, side by side: native radio buttons, so the arrow keys just work.
import { useId } from "preact/hooks";

interface Props<T extends string> {
  legend: string;
  options: readonly (readonly [T, string])[];
  value: T;
  chosen: (value: T) => void;
}

export function Radios<T extends string>({ legend, options, value, chosen }: Props<T>) {
  const id = useId();
  return (
    <fieldset class="radios">
      <legend class="unseen">{legend}</legend>
      {options.map(([option, label]) => (
        <label key={option} class={option === value ? "on" : ""}>
          <input type="radio" name={id} value={option} checked={option === value} onChange={() => chosen(option)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
