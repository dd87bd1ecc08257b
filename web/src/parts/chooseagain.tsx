// Asks for the recording of a set list again, to be heard; another one would play other music than the list says.
import { useState } from "preact/hooks";
import { duration } from "../audio/recording";
import { clock } from "../domain/time";
import { Dropzone } from "./dropzone";

interface Props {
  /** Seconds that the set list's recording lasts. */
  expected: number;
  chosen: (file: File) => void;
}

export function ChooseAgain({ expected, chosen }: Props) {
  const [other, setOther] = useState<{ file: File; lasts: number } | null>(null);
  const check = async (file: File) => {
    const lasts = await duration(file);
    // What the browser cannot read it cannot play either, and the player says so.
    if (lasts === null || Math.abs(lasts - expected) <= Math.max(2, expected / 100)) chosen(file);
    else setOther({ file, lasts });
  };
  return (
    <>
      <Dropzone
        small
        label="Choose the recording again to hear it"
        hint="It stays in this browser; nothing is sent."
        button={other === null ? "Choose a file" : "Choose another"}
        chosen={(files) => files[0] && void check(files[0])}
      >
        {other && <button type="button" onClick={() => chosen(other.file)}>Use it anyway</button>}
      </Dropzone>
      <p class="hint bad" role="status">
        {other &&
          `${other.file.name} lasts ${clock(other.lasts)}, but this set list is of a recording that lasts ` +
            `${clock(expected)}: it is probably a different recording.`}
      </p>
    </>
  );
}
