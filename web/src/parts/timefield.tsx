// A time to type, or to move by a second.
import { useEffect, useId, useState } from "preact/hooks";
import { clock, parseClock } from "../domain/time";
import { Icon } from "./icon";

interface Props {
  label: string;
  value: number;
  range: readonly [number, number];
  changed: (to: number, merge: boolean) => void;
}

export function TimeField({ label, value, range: [low, high], changed }: Props) {
  const shown = clock(value, true);
  const [text, setText] = useState(shown);
  const [wrong, setWrong] = useState("");
  const id = useId();
  useEffect(() => {
    setText(shown);
    setWrong("");
  }, [shown]);
  const take = () => {
    if (text === shown) return;
    const seconds = parseClock(text);
    if (seconds === null) setWrong("Enter a time such as 4:05 or 1:02:33.");
    else if (seconds < low || seconds > high) {
      setWrong(`Enter a time from ${clock(low, true)} to ${clock(high, true)}, between the songs next to it.`);
    } else {
      setWrong("");
      changed(seconds, false);
    }
  };
  const nudge = (by: number) => changed(Math.min(high, Math.max(low, value + by)), true);
  return (
    <div class="timefield">
      <label for={id}>{label}</label>
      <div class="timefield-row">
        <button type="button" aria-label={`${label} one second earlier`} onClick={() => nudge(-1)}><Icon name="minus" /></button>
        <input
          id={id}
          class="figures"
          type="text"
          inputMode="text"
          autocomplete="off"
          value={text}
          aria-invalid={wrong !== ""}
          aria-describedby={`${id}-wrong`}
          onInput={(event) => setText(event.currentTarget.value)}
          onBlur={take}
          onKeyDown={(event) => event.key === "Enter" && take()}
        />
        <button type="button" aria-label={`${label} one second later`} onClick={() => nudge(1)}><Icon name="add" /></button>
      </div>
      <p id={`${id}-wrong`} class="hint bad" role="status">{wrong}</p>
    </div>
  );
}
