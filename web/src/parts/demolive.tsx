// Live recordings to try, where the catalog has songs of the demo.
import { useEffect, useState } from "preact/hooks";
import { demo, demoFile } from "../api/service";
import { Icon } from "./icon";

interface Props {
  /** Recordings in the catalog. */
  n: number;
  chosen: (recording: File) => void;
}

/** Recordings of a catalog that is no longer just for a try. */
const MANY = 50;

export function DemoLive({ n, chosen }: Props) {
  const [live, setLive] = useState<readonly string[]>([]);
  useEffect(() => {
    if (n === 0 || n > MANY) return setLive([]);
    demo().then((found) => setLive(found.in_catalog ? found.live : []), () => {}); // it is only an offer
  }, [n]);
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

/** live_auld_lang_syne.opus: Auld Lang Syne. */
function inWords(name: string): string {
  const words = name.replace(/^live_|\.opus$/g, "").split("_");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}
