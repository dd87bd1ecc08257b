// Lets the page listen; where browsers forbid it, on pages without https, a phone's own recorder does.
import { useRef } from "preact/hooks";
import { Icon } from "./icon";

interface Props {
  primary: boolean;
  listen: () => void;
  recorded: (recording: File) => void;
}

export function RecordButton({ primary, listen, recorded }: Props) {
  const recorder = useRef<HTMLInputElement>(null);
  const borrowed = primary && !window.isSecureContext;
  return (
    <>
      <button type="button" class={primary ? "primary" : ""} onClick={() => (borrowed ? recorder.current?.click() : listen())}>
        <Icon name="microphone" /> {borrowed ? "Record with this phone" : "Use the microphone"}
      </button>
      {borrowed && (
        <input
          ref={recorder}
          type="file"
          hidden
          accept="audio/*"
          capture="user"
          aria-label="Record with this phone"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            if (file) recorded(file);
            event.currentTarget.value = "";
          }}
        />
      )}
    </>
  );
}
