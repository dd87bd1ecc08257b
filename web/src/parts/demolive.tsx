// Live recordings to try, each or all as one concert, where the catalog has songs of the demo.
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../api/http";
import type { Problem } from "../api/problem";
import { demo, demoFile } from "../api/service";
import { Icon } from "./icon";
import { Notice } from "./notice";

interface Props<T> {
  /** Recordings in the catalog. */
  n: number;
  chosen: (recording: T) => void;
}

/** Recordings of a catalog that is no longer just for a try. */
const MANY = 50;

/** The names of the demo's live recordings; none where the catalog is not for a try. */
function useLive(n: number): readonly string[] {
  const [live, setLive] = useState<readonly string[]>([]);
  useEffect(() => {
    if (n === 0 || n > MANY) return setLive([]);
    let latest = true; // an earlier answer may come later
    demo().then((found) => latest && setLive(found.in_catalog ? found.live : []), () => {}); // it is only an offer
    return () => void (latest = false);
  }, [n]);
  return live;
}

export function DemoLive({ n, chosen }: Props<File>) {
  const live = useLive(n);
  if (live.length === 0) return null;
  return (
    <section class="demo-live" aria-label="Live recordings to try">
      <p class="soft">Nothing at hand? Try a live recording of the demo:</p>
      <div class="actions">
        {live.map((name) => (
          <button key={name} type="button" onClick={() => void demoFile(name).then(chosen, () => {})}>
            <Icon name="play" /> {inWords(name)}
          </button>
        ))}
      </div>
    </section>
  );
}

/** The same recordings, one after the other. */
export function DemoConcert({ n, chosen }: Props<readonly File[]>) {
  const live = useLive(n);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (live.length === 0) return null;
  const take = () => {
    setProblem(null);
    Promise.all(live.map(inConcert)).then(chosen, (error: unknown) => setProblem(asProblem(error)));
  };
  return (
    <section class="demo-live" aria-label="A concert to try">
      <p class="soft">Nothing at hand? Try the {live.length} live recordings of the demo as one concert:</p>
      <div class="actions">
        <button type="button" onClick={take}><Icon name="play" /> Demo concert</button>
      </div>
      {problem && <Notice problem={problem} retry={take} />}
    </section>
  );
}

/** A recording under a name that tells its place: what the names begin with is the name of the concert. */
async function inConcert(name: string, index: number): Promise<File> {
  const file = await demoFile(name);
  return new File([file], `Demo concert ${index + 1}, ${inWords(name)}.opus`, { type: file.type });
}

/** live_auld_lang_syne.opus: Auld Lang Syne. */
function inWords(name: string): string {
  const words = name.replace(/^live_|\.opus$/g, "").split("_");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}
