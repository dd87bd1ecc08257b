// Listening through the microphone: the level, the time, and the likely songs.
import { useEffect, useRef, useState } from "preact/hooks";
import { listen, type Listening } from "../api/listening";
import { asProblem } from "../api/http";
import type { Problem } from "../api/problem";
import type { Match, Verdict } from "../api/types";
import { openMicrophone, wavFile, type Microphone } from "../audio/microphone";
import { silence } from "../audio/sole";
import type { Known } from "../domain/known";
import { clock } from "../domain/time";
import { percent, PERHAPS } from "../domain/words";
import { announce } from "./announcer";
import { Probability } from "./probability";
import { Icon } from "./icon";
import { Warnings } from "./warnings";

const HEARD: Record<Verdict, string> = {
  match: "It sounds like",
  probable: PERHAPS,
  none: "Not sure yet. Closest so far",
};

/** Seconds after which it stops by itself. */
const LONGEST = 600;

interface Props {
  known: Known;
  /** What was recorded, once it is enough. */
  done: (recording: File) => void;
  /** Passes on what was recorded, if anything. */
  failed: (problem: Problem, recording: File | null) => void;
  cancel: () => void;
}

export function Live({ known, done, failed, cancel }: Props) {
  const [seconds, setSeconds] = useState(0);
  const [peak, setPeak] = useState(0);
  const [matches, setMatches] = useState<readonly Match[]>([]);
  const [verdict, setVerdict] = useState<Verdict>("none");
  const [waiting, setWaiting] = useState("Asking for the microphone …");
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const finish = useRef(() => {});
  const stopButton = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    silence();
    stopButton.current?.focus();
    let over = false;
    let microphone: Microphone | null = null;
    let service: Listening | null = null;
    let rate = 48000;
    let said = "";
    const blocks: Int16Array<ArrayBuffer>[] = [];
    const taken = () => (blocks.length === 0 ? null : wavFile(blocks, rate, `Recording ${new Date().toLocaleTimeString("en-GB")}.wav`));
    const end = () => {
      over = true;
      microphone?.stop();
      service?.close();
    };
    const fail = (error: unknown) => {
      if (over) return;
      end();
      failed(asProblem(error), taken());
    };
    const stop = () => {
      if (over) return;
      end();
      const recording = taken();
      if (recording === null) cancel();
      else done(recording);
    };
    finish.current = stop;

    const block = (samples: Int16Array<ArrayBuffer>, loudest: number) => {
      if (over) return;
      blocks.push(samples);
      service?.send(samples);
      setPeak(loudest);
      const heard = blocks.length * (samples.length / rate);
      setSeconds(heard);
      if (heard >= LONGEST) stop();
    };
    openMicrophone({ block, lost: fail }).then((opened) => {
      if (over) {
        opened.stop();
        return;
      }
      microphone = opened;
      rate = opened.rate;
      setWaiting("Listening …");
      service = listen(rate, known, {
        failed: fail,
        received: (message) => {
          if (message.type === "match") {
            setMatches(message.matches.slice(0, 3));
            setVerdict(message.verdict);
            const best = message.matches[0];
            const now = best && message.verdict !== "none"
              ? `${HEARD[message.verdict]} ${best.title}, ${percent(best.probability)}`
              : HEARD.none;
            if (now !== said) announce(now);
            said = now;
          } else if (message.type === "ready") {
            setWarnings(message.warnings);
          } else if (message.type === "waiting") {
            setWaiting(message.detail);
          }
        },
      });
    }, fail);
    return end;
  }, []);

  const best = matches[0];
  return (
    <section class="live" aria-label="Listening">
      <div class="live-head">
        <span class="live-dot" aria-hidden="true" />
        <span class="clock figures">{clock(seconds)}</span>
        <meter class="unseen" aria-label="Loudness" min={0} max={1} value={peak} />
        <span class="loudness" aria-hidden="true"><span style={{ width: `${Math.min(100, Math.sqrt(peak) * 100)}%` }} /></span>
      </div>
      <Warnings warnings={warnings} />
      {best === undefined ? (
        <p class="live-best soft">{waiting}</p>
      ) : (
        <>
          <p class="eyebrow">{HEARD[verdict]}</p>
          <p class="live-best">{best.title ?? "Untitled track"} <span class="soft">{best.artist}</span></p>
          <ol class="live-list">
            {matches.map((match) => (
              <li key={match.work_id}>
                <span class="title">{match.title ?? "Untitled track"}</span> <Probability value={match.probability} />
              </li>
            ))}
          </ol>
        </>
      )}
      <div class="actions">
        <button ref={stopButton} type="button" class="primary" onClick={() => finish.current()}>
          <Icon name="stop" /> Stop and answer
        </button>
        <button type="button" onClick={cancel}>Cancel</button>
      </div>
    </section>
  );
}
