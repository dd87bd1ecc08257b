// What the server answered to a call that was tried.
import { useEffect, useState } from "preact/hooks";

export type Answered = { response: Response } | { failure: string };

const SHOWN = 20_000; // characters

interface Props {
  answered: Answered;
  /** The call, in words. */
  call: string;
}

export function Outcome({ answered, call }: Props) {
  const [text, setText] = useState("");
  const [url, setUrl] = useState("");
  const response = "response" in answered ? answered.response : null;
  useEffect(() => {
    let over = false;
    let made = "";
    setText("");
    setUrl("");
    void response?.clone().blob().then(async (blob) => {
      if (over) return;
      if (/^(audio|video)\//.test(blob.type)) {
        made = URL.createObjectURL(blob);
        setUrl(made);
      } else {
        const content = await blob.text();
        setText(/json/.test(blob.type) ? JSON.stringify(JSON.parse(content), null, 2) : content);
      }
    });
    return () => {
      over = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [answered]);
  if (response === null) return <p class="hint bad" role="alert">{"failure" in answered && answered.failure}</p>;
  return (
    <div class="outcome">
      <p role="status"><strong>{response.status}</strong> {response.statusText} <span class="soft">{response.headers.get("Content-Type")}</span></p>
      {url && <audio controls src={url} aria-label={`Answer: ${call}`} />}
      {text && <pre tabIndex={0} role="region" aria-label={`Answer: ${call}`}>{text.slice(0, SHOWN)}{text.length > SHOWN && "\n…"}</pre>}
    </div>
  );
}
