// Some lines of text that are taken when they are left.
import { useEffect, useId, useState } from "preact/hooks";

interface Props {
  label: string;
  value: string;
  changed: (to: string) => void;
}

export function NotesField({ label, value, changed }: Props) {
  const [text, setText] = useState(value);
  const id = useId();
  useEffect(() => setText(value), [value]);
  return (
    <div class="textfield notes">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={2}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={() => text.trim() !== value && changed(text.trim())}
      />
    </div>
  );
}
