// The songs that were chosen to be made one.
import type { Work } from "../api/types";
import { Icon } from "./icon";
import { workTitle } from "./workrow";

interface Props {
  chosen: readonly Work[];
  join: () => void;
  clear: () => void;
}

export function Joining({ chosen, join, clear }: Props) {
  if (chosen.length === 0) return null;
  return (
    <section class="joining" aria-label="Songs to join">
      <p>
        {chosen.map((work, i) => (
          <span key={work.work_id}>{i > 0 && <span class="soft"> and </span>}<strong>{workTitle(work)}</strong></span>
        ))}
        {chosen.length === 1 && <span class="soft">: choose what is the same song, also from another search</span>}
      </p>
      <div class="actions">
        <button type="button" class="primary" disabled={chosen.length < 2} onClick={join}>
          <Icon name="add" /> Join into one song
        </button>
        <button type="button" onClick={clear}>Clear</button>
      </div>
    </section>
  );
}
