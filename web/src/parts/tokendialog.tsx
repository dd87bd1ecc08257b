// Asks for the server's token.
import { useState } from "preact/hooks";
import { Problem } from "../api/problem";
import { setToken } from "../api/http";
import { tracks } from "../api/service";
import { Dialog } from "./dialog";

export function TokenDialog({ accepted, close }: { accepted: () => void; close: () => void }) {
  const [value, setValue] = useState("");
  const [failure, setFailure] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!/^[\x20-\x7e]+$/.test(value)) {
      setFailure("A token has only plain ASCII characters: unaccented letters, digits and common symbols.");
      return;
    }
    setToken(value.trim());
    try {
      await tracks("", 1);
      accepted();
    } catch (error) {
      const refused = error instanceof Problem && error.code === "token";
      setToken(null);
      setFailure(refused ? "This token is not correct." : error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Dialog title="This server needs a token" close={close}>
      <form onSubmit={(event) => void submit(event)}>
        <p>The person who started the server chose it. It is kept until this tab is closed.</p>
        <label for="token">Token</label>
        <input id="token" type="password" autocomplete="current-password" required value={value} onInput={(event) => setValue(event.currentTarget.value)} />
        <p class="hint bad" role="alert">{failure}</p>
        <div class="actions">
          <button type="submit" class="primary">Continue</button>
        </div>
      </form>
    </Dialog>
  );
}
