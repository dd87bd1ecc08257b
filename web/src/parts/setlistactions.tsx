// What can be done with a whole set list: its link passed on, a copy kept, its audio or all of it deleted.
import { useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { removeAudio, removeSetlist } from "../api/setlists";
import type { KeptSetlist } from "../api/types";
import { announce } from "./announcer";
import { copyText } from "./clipboard";
import { Dialog } from "./dialog";
import { Icon } from "./icon";

interface Props {
  kept: KeptSetlist;
  copy: () => void;
  deleted: () => void;
  audioDeleted: () => void;
}

const DAY = 86_400;

export function SetlistActions({ kept, copy, deleted, audioDeleted }: Props) {
  const [asking, setAsking] = useState<"list" | "audio" | null>(null);
  const [failure, setFailure] = useState("");
  const [shown, setShown] = useState(false);
  const [copied, setCopied] = useState(false);
  const link = window.location.href;
  const share = async () => {
    const done = await copyText(link);
    if (done) announce("Link copied");
    setCopied(done);
    setShown(!done);
  };
  const remove = async (what: "list" | "audio") => {
    setAsking(null);
    try {
      await (what === "list" ? removeSetlist(kept.id) : removeAudio(kept.id));
      announce(what === "list" ? "Set list deleted" : "Audio deleted");
      if (what === "list") deleted();
      else audioDeleted();
    } catch (error) {
      setFailure(asProblem(error).message);
    }
  };
  const days = kept.audio_until === null ? 0 : Math.max(0, Math.ceil(kept.audio_until - Date.now() / 1000) / DAY);
  return (
    <section class="setlist-actions" aria-label="This set list">
      <p class="hint">
        Whoever has the address of this page can read and correct this list.
        {kept.files.length > 0 && ` Its audio is kept on the server for ${days < 1.5 ? "a day" : `${Math.round(days)} days`} more.`}
      </p>
      <div class="actions">
        <button type="button" onClick={() => void share()}>
          <Icon name={copied ? "check" : "link"} /> {copied ? "Link copied" : "Copy the link"}
        </button>
        <button type="button" onClick={copy}><Icon name="add" /> Make a copy</button>
        {kept.yours && kept.files.length > 0 && (
          <button type="button" onClick={() => setAsking("audio")}><Icon name="remove" /> Delete the audio</button>
        )}
        {kept.yours && (
          <button type="button" class="danger" onClick={() => setAsking("list")}><Icon name="remove" /> Delete this list</button>
        )}
      </div>
      {shown && (
        <label class="link-field">
          Address of this list
          <input type="text" readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
        </label>
      )}
      {failure && <p class="hint bad" role="alert">{failure}</p>}
      {asking && (
        <Dialog title={asking === "list" ? "Delete this set list?" : "Delete the audio?"} close={() => setAsking(null)}>
          <p>
            {asking === "list"
              ? "The list, its corrections and its audio are deleted on the server, for everybody who has the link. They cannot be restored."
              : "The recording is deleted on the server; the list stays. You can still hear it by choosing the recording again."}
          </p>
          <div class="actions">
            <button type="button" onClick={() => setAsking(null)}>Keep it</button>
            <button type="button" class="danger" onClick={() => void remove(asking)}><Icon name="remove" /> Delete</button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
