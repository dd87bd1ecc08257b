// Whether the corrections are safe, and the way on where they are not.
import { useEffect } from "preact/hooks";
import type { SaveState } from "../api/saving";
import { announce } from "./announcer";
import { Icon } from "./icon";
import { useLostFocus } from "./focus";

interface Props {
  state: SaveState;
  again: () => void;
  /** Keep this list as a new one. */
  copy: () => void;
  /** Show the list of the server instead. */
  theirs: () => void;
}

export function SaveStatus({ state, again, copy, theirs }: Props) {
  if (state.kind === "conflict") return <Conflict copy={copy} theirs={theirs} />;
  if (state.kind === "failed") return <Failed state={state} again={again} copy={copy} />;
  return (
    <p class="save-state soft" role="status">
      {state.kind === "saving" && "Saving …"}
      {state.kind === "saved" && <><Icon name="check" /> Saved</>}
    </p>
  );
}

const GONE = new Set(["no-setlist", "deleted"]);
const FAILED = "Your corrections are not saved on the server";

interface FailedProps extends Pick<Props, "again" | "copy"> {
  state: Extract<SaveState, { kind: "failed" }>;
}

function Failed({ state, again, copy }: FailedProps) {
  const gone = GONE.has(state.problem.code);
  useEffect(() => announce(`${FAILED}. ${state.problem.message}`, "assertive"), [state]);
  return (
    <section class="notice" aria-label="Not saved">
      <Icon name="alert" />
      <div>
        <h3 class="notice-title">{FAILED}</h3>
        <p>{state.problem.message}</p>
        <p>
          {state.kept
            ? `This browser keeps them${gone ? "" : " until the server does"}.`
            : "This browser has no room for them either: download the list before you leave."}
          {state.dropped.length > 0 && ` To make room, the oldest ones were deleted: ${state.dropped.join(", ")}.`}
        </p>
        <div class="actions">
          {gone ? (
            <button type="button" onClick={copy}>Keep mine as a new list</button>
          ) : (
            <button type="button" onClick={again}>Try again</button>
          )}
        </div>
      </div>
    </section>
  );
}

function Conflict({ copy, theirs }: Pick<Props, "copy" | "theirs">) {
  const heading = useLostFocus<HTMLHeadingElement>();
  return (
    <section class="notice" role="alert" aria-label="Corrected elsewhere">
      <Icon name="alert" />
      <div>
        <h3 class="notice-title" ref={heading} tabIndex={-1}>This set list was corrected elsewhere meanwhile</h3>
        <p>Yours are shown here, and kept in this browser; the server has the others. Which do you want to go on with?</p>
        <div class="actions">
          <button type="button" class="primary" onClick={copy}>Keep mine as a copy</button>
          <button type="button" onClick={theirs}>Load the server's</button>
        </div>
      </div>
    </section>
  );
}
