// Asks for the recording of a set list again, to be heard; another one would play other music than the list says.
import { useState } from "preact/hooks";
import type { Setlist } from "../api/types";
import { duration } from "../audio/recording";
import { clock } from "../domain/time";
import { plural } from "../domain/words";
import { Dropzone } from "./dropzone";

interface Props {
  setlist: Pick<Setlist, "duration" | "files">;
  chosen: (files: readonly File[]) => void;
}

export function ChooseAgain({ setlist, chosen }: Props) {
  const [other, setOther] = useState<{ file: File; lasts: number } | null>(null);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const { duration: expected, files: listed } = setlist;
  const several = listed.length > 0;
  const check = async (files: readonly File[]) => {
    if (several) {
      const absent = listed.map(({ path }) => path).filter((path) => !files.some(({ name }) => name === path));
      setMissing(absent);
      if (absent.length === 0) chosen(files);
      return;
    }
    const file = files[0]!;
    const lasts = await duration(file);
    // What the browser cannot read it cannot play either, and the player says so.
    if (lasts === null || Math.abs(lasts - expected) <= Math.max(2, expected / 100)) chosen([file]);
    else setOther({ file, lasts });
  };
  return (
    <>
      <Dropzone
        small
        many={several}
        label={several ? `Choose the ${listed.length} files again to hear them` : "Choose the recording again to hear it"}
        hint="The server does not keep its audio any more. It stays in this browser; nothing is sent."
        button={several ? "Choose the files" : other === null ? "Choose a file" : "Choose another"}
        chosen={(files) => files.length > 0 && void check(files)}
      >
        {other && <button type="button" onClick={() => chosen([other.file])}>Use it anyway</button>}
      </Dropzone>
      <p class="hint bad" role="status">
        {other &&
          `${other.file.name} lasts ${clock(other.lasts)}, but this set list is of a recording that lasts ` +
            `${clock(expected)}: it is probably a different recording.`}
        {missing.length > 0 &&
          `${plural(missing.length, "file")} of this concert ${missing.length === 1 ? "is" : "are"} missing: ${missing.join(", ")}. Choose all of them at once.`}
      </p>
    </>
  );
}
