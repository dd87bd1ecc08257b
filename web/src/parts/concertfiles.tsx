// The files of a concert before they are sent: in order, to be moved, removed and added to.
import { useEffect, useRef } from "preact/hooks";
import { byName, moved } from "../domain/order";
import { megabytes, plural } from "../domain/words";
import { announce } from "./announcer";
import { Dropzone } from "./dropzone";
import { focusIsLost } from "./focus";
import { Icon } from "./icon";

interface Props {
  files: readonly File[];
  changed: (files: readonly File[]) => void;
  send: () => void;
  cancel: () => void;
}

export function ConcertFiles({ files, changed, send, cancel }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (focusIsLost()) heading.current?.focus();
  }, []);
  const move = (from: number, to: number) => {
    changed(moved(files, from, to));
    announce(`${files[from]!.name} is number ${to + 1} of ${files.length}`);
  };
  const remove = (place: number) => {
    if (files.length === 1) return cancel();
    changed(files.filter((_, i) => i !== place));
    announce(`${files[place]!.name} taken off`);
    heading.current?.focus();
  };
  return (
    <section class="card concert" aria-labelledby="concert-files">
      <h2 id="concert-files" ref={heading} tabIndex={-1}>One concert in {plural(files.length, "file")}</h2>
      <p class="hint">Times run on from one file to the next, in this order.</p>
      <ol class="concert-files" aria-label="Files of the concert">
        {files.map((file, i) => (
          <li key={`${file.name} ${file.size} ${file.lastModified}`}>
            <span class="concert-file">
              <span class="title">{file.name}</span> <span class="soft figures">{megabytes(file.size)}</span>
            </span>
            <button type="button" class="round quiet" aria-label={`Move ${file.name} up`} disabled={i === 0} onClick={() => move(i, i - 1)}>
              <Icon name="up" />
            </button>
            <button
              type="button"
              class="round quiet"
              aria-label={`Move ${file.name} down`}
              disabled={i === files.length - 1}
              onClick={() => move(i, i + 1)}
            >
              <Icon name="down" />
            </button>
            <button type="button" class="round quiet" aria-label={`Take ${file.name} off`} onClick={() => remove(i)}>
              <Icon name="remove" />
            </button>
          </li>
        ))}
      </ol>
      <div class="actions">
        <button type="button" class="primary" onClick={send}><Icon name="search" /> Find the songs</button>
        <button type="button" onClick={() => changed(byName(files))}>Sort by name</button>
        <button type="button" class="quiet" onClick={cancel}>Cancel</button>
      </div>
      <Dropzone
        small
        many
        label="More files of this concert"
        button="Add files"
        chosen={(more) => changed([...files, ...more.filter((one) => !files.some((file) => same(one, file)))])}
      />
    </section>
  );
}

function same(one: File, other: File): boolean {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
