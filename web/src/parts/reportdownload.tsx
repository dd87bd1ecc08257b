// A set list, as corrected, in any of the formats that the service writes.
import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../api/http";
import { onPresence } from "../api/presence";
import { report } from "../api/service";
import type { ReportFormat, Setlist } from "../api/types";
import { announce } from "./announcer";
import { Icon } from "./icon";

export function ReportDownload({ setlist, formats }: { setlist: Setlist; formats: readonly ReportFormat[] }) {
  const [format, setFormat] = useState("csv");
  const [failure, setFailure] = useState("");
  useEffect(() => onPresence((away) => void (away || setFailure(""))), []);
  const download = async () => {
    setFailure("");
    try {
      const { name, content } = await report(setlist, format);
      const link = document.createElement("a");
      link.href = URL.createObjectURL(content);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      announce(`${name} downloaded`);
    } catch (error) {
      setFailure(asProblem(error).message);
    }
  };
  return (
    <div class="download">
      <label>
        <span class="unseen">Report format</span>
        <select value={format} onChange={(event) => setFormat(event.currentTarget.value)}>
          {formats.map(({ name, summary }) => <option key={name} value={name}>{summary}</option>)}
        </select>
      </label>
      <button type="button" class="primary" onClick={() => void download()}>
        <Icon name="download" /> Download
      </button>
      {failure && <p class="hint bad" role="alert">{failure}</p>}
    </div>
  );
}
