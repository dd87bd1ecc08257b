// A line of text that is taken when it is left, or at Enter.
import { useEffect, useId, useState } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  /** Left empty, it becomes again what it was. */
  required?: boolean;
  changed: (to: string) => void;
}

export function TextField({ label, value, required = false, changed }: Props) {
  const [text, setText] = useState(value);
  const id = useId();
  useEffect(() => setText(value), [value]);
  const take = () => {
    const to = text.trim();
    if (required && to === "") setText(value);
    else if (to !== value) changed(to);
  };
  return (
    <div class="textfield">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === "Enter" && take()}
      />
    </div>
  );
}
