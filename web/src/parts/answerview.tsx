// One answer, wherever it was asked for: followed until it is there, to be copied, shared and deleted.
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { followAnswer } from "../api/following";
import { asProblem, wasCancelled } from "../api/http";
import { Problem } from "../api/problem";
import { removeAnswer } from "../api/service";
import type { Answer } from "../api/types";
import { announce } from "./announcer";
import { AnswerCard } from "./answer";
import { copyText } from "./clipboard";
import { Dialog } from "./dialog";
import { Icon } from "./icon";
import { Notice } from "./notice";
import { Progress } from "./progress";

interface Props {
  id: string;
  /** The visitor's own file, where this page sent it. */
  recording: File | null;
  /** Minimum probability for naming a song. */
  threshold: number | undefined;
  again: () => void;
  /** Sends the recording once more; where it is at hand. */
  repeat: (() => void) | undefined;
  /** Asks with another recording. */
  form: ComponentChildren;
}

export function AnswerView({ id, recording, threshold, again, repeat, form }: Props) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [leaving, setLeaving] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    setProblem(null);
    followAnswer(id, setAnswer, stop.signal).catch((error: unknown) => {
      if (!wasCancelled(error)) setProblem(asProblem(error));
    });
    return () => stop.abort();
  }, [id, attempt]);

  const ranking = answer?.result ?? null;
  return (
    <>
      <header class="view-head slim">
        <h1 tabIndex={-1}>Which song is this?</h1>
        <div class="actions">
          {ranking && <CopyLink />}
          {ranking && (
            <button type="button" class="quiet" onClick={() => setLeaving(true)}><Icon name="remove" /> Delete</button>
          )}
          <button type="button" onClick={again}>Identify another</button>
        </div>
      </header>
      {problem !== null ? (
        <Notice problem={problem} retry={() => setAttempt(attempt + 1)} dismiss={again} />
      ) : answer?.state === "failed" ? (
        <>
          <Refused answer={answer} repeat={repeat} again={again} />
          {form}
        </>
      ) : ranking !== null && answer !== null ? (
        <AnswerCard id={id} ranking={ranking} known={answer.known} recording={recording} threshold={threshold} />
      ) : (
        <Progress label="Comparing with the catalog" share={null} cancel={again} />
      )}
      {leaving && (
        <Deletion
          id={id}
          name={answer?.recording ?? ""}
          close={() => setLeaving(false)}
          deleted={() => {
            announce("Answer deleted");
            again();
          }}
        />
      )}
    </>
  );
}

function Refused({ answer, repeat, again }: Pick<Props, "repeat" | "again"> & { answer: Answer }) {
  const problem = useMemo(() => Problem.from(answer.problem, 500), [answer]);
  return <Notice problem={problem} {...(repeat ? { retry: repeat } : {})} dismiss={again} />;
}

function CopyLink() {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    if (await copyText(window.location.href)) {
      setCopied(true);
      announce("Link copied");
    } else window.prompt("The link to this answer", window.location.href);
  };
  return (
    <button type="button" class="quiet" onClick={() => void copy()}>
      <Icon name={copied ? "check" : "link"} /> {copied ? "Link copied" : "Copy link"}
    </button>
  );
}

interface DeletionProps {
  id: string;
  name: string;
  close: () => void;
  deleted: () => void;
}

function Deletion({ id, name, close, deleted }: DeletionProps) {
  const [failure, setFailure] = useState("");
  const remove = () => removeAnswer(id).then(deleted, (error: unknown) => setFailure(asProblem(error).message));
  return (
    <Dialog title="Delete this answer?" close={close}>
      <p>
        The server forgets the answer and its copy of <strong>{name}</strong>. Links to it will say so.
      </p>
      {failure && <p class="hint bad" role="alert">{failure}</p>}
      <div class="actions">
        <button type="button" onClick={close}>Keep it</button>
        <button type="button" class="danger" onClick={() => void remove()}><Icon name="remove" /> Delete</button>
      </div>
    </Dialog>
  );
}
