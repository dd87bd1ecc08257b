// A place to drop recordings on, or to choose them with a button.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { filesIn } from "../domain/folders";
import { Icon, type IconName } from "./icon";
import { useTouch } from "./media";

interface Props {
  icon?: IconName;
  label: string;
  /** In place of the label where nothing can be dropped. */
  touchLabel?: string;
  hint?: ComponentChildren;
  button?: string;
  many?: boolean;
  /** Offer to choose a folder as well. */
  folders?: boolean;
  small?: boolean;
  disabled?: boolean;
  chosen: (files: File[]) => void;
  /** Buttons before and after the one that chooses a file. */
  before?: ComponentChildren;
  children?: ComponentChildren;
}

const AUDIO = "audio/*,video/mp4,video/webm,.flac,.opus,.ogg,.oga,.m4a,.mp3,.wav,.aif,.aiff,.mov";

export function Dropzone({
  icon = "upload", label, touchLabel = label, hint, button = "Choose a file", many = false, folders = false, small, disabled, chosen, before, children,
}: Props) {
  const input = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const touch = useTouch();
  const id = useId();
  const take = (files: readonly File[]) => {
    if (files.length > 0 && !disabled) chosen(many ? [...files] : files.slice(0, 1));
  };
  useEffect(() => {
    if (folder.current !== null) folder.current.webkitdirectory = true; // no attribute that the types know
  }, []);
  const picked = (event: { currentTarget: HTMLInputElement }) => {
    take([...(event.currentTarget.files ?? [])]);
    event.currentTarget.value = ""; // the same file may be chosen again
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
        if (event.dataTransfer) void filesIn(event.dataTransfer).then(take);
      }}
    >
      <Icon name={icon} />
      <div class="dropzone-text">
        <p class="dropzone-label" id={`${id}-label`}>{touch ? touchLabel : label}</p>
        {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      </div>
      <div class="actions">
        {before}
        <button type="button" class={before ? "" : "primary"} disabled={disabled} onClick={() => input.current?.click()}>
          <Icon name="file" /> {button}
        </button>
        {folders && !touch && (
          <button type="button" disabled={disabled} onClick={() => folder.current?.click()}>
            <Icon name="folder" /> Choose a folder
          </button>
        )}
        {children}
      </div>
      <input ref={input} type="file" hidden multiple={many} accept={AUDIO} aria-label={label} onChange={picked} />
      {folders && <input ref={folder} type="file" hidden aria-label={`${label}: a folder`} onChange={picked} />}
    </div>
  );
}
