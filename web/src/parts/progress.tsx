// The progress of some work, with a button to stop it.
import { useEffect, useId } from "preact/hooks";
import { announce } from "./announcer";
import { useLostFocus } from "./focus";

interface Props {
  label: string;
  /** 0 to 1; null while nobody can know. */
  share: number | null;
  detail?: string | undefined;
  cancel?: (() => void) | undefined;
}

export function Progress({ label, share, detail, cancel }: Props) {
  const id = useId();
  const text = useLostFocus<HTMLSpanElement>();
  useEffect(() => announce(label), [label]);
  return (
    <div class="progress">
      <div class="progress-text">
        <span id={id} ref={text} tabIndex={-1}>{label}</span>
        <span class="soft figures">{[share === null ? "" : `${Math.floor(share * 100)} %`, detail].filter(Boolean).join(" · ")}</span>
      </div>
      <progress aria-labelledby={id} max={1} {...(share === null ? {} : { value: share })} />
      {cancel && (
        <div class="actions">
          <button type="button" onClick={cancel}>Cancel</button>
        </div>
      )}
    </div>
  );
}
