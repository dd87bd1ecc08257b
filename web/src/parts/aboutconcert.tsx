// What a person tells of a concert: its name, who played where and when, and notes.
import { useId } from "preact/hooks";
import type { Setlist } from "../api/types";
import type { About } from "../domain/editing";
import { NotesField } from "./notesfield";
import { TextField } from "./textfield";

interface Props {
  setlist: Setlist;
  changed: (about: Partial<About>) => void;
}

export function AboutConcert({ setlist, changed }: Props) {
  const id = useId();
  const told = [setlist.artist, setlist.venue, setlist.date].filter(Boolean).join(" · ");
  return (
    <details class="known about">
      <summary>
        <span class="title">About this concert</span>
        <span class="soft">{told || "Artist, venue, date and notes, for reports"}</span>
      </summary>
      <div class="known-fields">
        <TextField label="Name" value={setlist.title ?? ""} changed={(title) => changed({ title: title || null })} />
        <TextField label="Artist" value={setlist.artist ?? ""} changed={(artist) => changed({ artist: artist || null })} />
        <TextField label="Venue" value={setlist.venue ?? ""} changed={(venue) => changed({ venue: venue || null })} />
        <div class="textfield">
          <label for={id}>Date</label>
          <input
            id={id}
            type="date"
            min="1000-01-01"
            max="9999-12-31"
            value={setlist.date ?? ""}
            onChange={(event) => {
              // A day that is not complete yet is none.
              const day = event.currentTarget.value;
              if (event.currentTarget.validity.valid && day !== (setlist.date ?? "")) changed({ date: day || null });
            }}
          />
        </div>
        <NotesField label="Notes on the concert" value={setlist.notes ?? ""} changed={(notes) => changed({ notes: notes || null })} />
      </div>
    </details>
  );
}
