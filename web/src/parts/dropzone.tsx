// A place to drop recordings on, or to choose them with a button.
import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { Icon } from "./icon";

interface Props {
  label: string;
  hint?: ComponentChildren;
  button?: string;
  many?: boolean;
  small?: boolean;
  disabled?: boolean;
  chosen: (files: File[]) => void;
  children?: ComponentChildren;
}

const AUDIO = "audio/*,video/mp4,video/webm,.flac,.opus,.ogg,.oga,.m4a,.mp3,.wav,.aif,.aiff,.mov";

export function Dropzone({ label, hint, button = "Choose a file", many = false, small, disabled, chosen, children }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const id = useId();
  const take = (list: FileList | null | undefined) => {
    const files = [...(list ?? [])];
    if (files.length > 0 && !disabled) chosen(many ? files : files.slice(0, 1));
  };
  return (
    <div
      class={`dropzone${over ? " over" : ""}${small ? " small" : ""}`}
      role="group"
      aria-labelledby={`${id}-label`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!disabled);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer?.files);
      }}
    >
      <Icon name="upload" />
      <div class="dropzone-text">
        <p class="dropzone-label" id={`${id}-label`}>{label}</p>
        {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      </div>
      <div class="actions">
        <button type="button" class="primary" disabled={disabled} onClick={() => input.current?.click()}>
          <Icon name="file" /> {button}
        </button>
        {children}
      </div>
      <input
        ref={input}
        type="file"
        hidden
        multiple={many}
        accept={AUDIO}
        aria-label={label}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = ""; // the same file may be chosen again
        }}
      />
    </div>
  );
}
