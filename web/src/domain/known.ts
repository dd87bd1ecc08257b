// What a person knows of a recording beforehand: who plays, or what may be played.

import type { KnownSongs } from "../api/types";

export interface Known {
  /** Names, separated by semicolons. */
  artists: string;
  albums: string;
  /** Titles or codes, one a line. */
  songs: string;
  /** A list of songs, a playlist or a table. */
  list: File | null;
}

export const NOTHING_KNOWN: Known = { artists: "", albums: "", songs: "", list: null };

/** The form fields that say it; none where nothing is known. */
export function fieldsOf({ artists, albums, songs, list }: Known): [string, string | File][] {
  return [
    ...names(artists).map((name): [string, string] => ["artist", name]),
    ...names(albums).map((name): [string, string] => ["album", name]),
    ...(songs.trim() === "" ? [] : [["among", songs] as [string, string]]),
    ...(list === null ? [] : [["among", list] as [string, File]]),
  ];
}

/** The keys that say it in the first message to the service that listens. */
export async function messageOf({ artists, albums, songs, list }: Known) {
  return {
    artist: names(artists),
    album: names(albums),
    among: list === null ? songs : await list.text(),
    among_file: list === null ? "" : list.name,
  };
}

/** What is searched, in words; empty where it is the whole catalog. */
export function searched({ artists, albums, songs, list }: Known): string {
  const count = songs.split("\n").filter((line) => line.trim() !== "").length;
  return [
    names(artists).length > 0 ? `songs by ${names(artists).join(" or ")}` : "",
    names(albums).length > 0 ? `songs on ${names(albums).join(" or ")}` : "",
    count > 0 ? (count === 1 ? "one song" : `${count} songs`) : "",
    list === null ? "" : `the songs of ${list.name}`,
  ].filter(Boolean).join(", ");
}

/** What was searched for an answer, in words; empty where it was the whole catalog. */
export function wasSearched({ artists, albums, songs, lists }: KnownSongs): string {
  const count = songs === 1 ? "one song" : `${songs} songs`;
  return [
    artists.length > 0 ? `songs by ${artists.join(" or ")}` : "",
    albums.length > 0 ? `songs on ${albums.join(" or ")}` : "",
    songs === 0 ? "" : lists.length > 0 ? `the songs of ${lists.join(" and ")}` : count,
  ].filter(Boolean).join(", ");
}

function names(text: string): string[] {
  return text.split(";").map((name) => name.trim()).filter(Boolean);
}
