// A problem, in a sentence for the person who uses the page.
import type { Problem as ProblemBody } from "./types";

export class Problem extends Error {
  /** A short name to branch on; those of the service, and `unreachable`, `microphone`, `player`, `empty-file`. */
  readonly code: string;
  /** Suffixes of the formats that can be read, where the file is in none of them; else empty. */
  readonly formats: readonly string[];
  /** Seconds after which trying again may help. */
  readonly retryAfter: number | null;

  constructor(code: string, detail: string, retryAfter: number | null = null, formats: readonly string[] = []) {
    super(PLAIN[code] ?? sentence(detail));
    this.code = code;
    this.formats = formats;
    this.retryAfter = retryAfter;
  }

  static from(body: Partial<ProblemBody> | null, status: number, retryAfter: string | null = null): Problem {
    const wait = retryAfter === null ? NaN : Number(retryAfter);
    const detail = body?.detail ?? body?.title ?? `The server answered with an error (${status}).`;
    return new Problem(body?.code ?? `http-${status}`, detail, Number.isFinite(wait) ? wait : null, body?.formats ?? []);
  }
}

export function unreachable(): Problem {
  return new Problem(
    "unreachable",
    "The samesong server does not answer. Start it again if it was stopped, or check the connection: the page goes on as soon as it answers.",
  );
}

function sentence(text: string): string {
  const begun = /^[a-z]+ /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  return /[.?!…]$/.test(begun) ? begun : `${begun}.`;
}

/** True if the same request would fail again. */
export function isFinal(problem: Problem): boolean {
  return FINAL.has(problem.code);
}

const FINAL = new Set([
  "too-large", "too-long", "too-short", "not-audio", "unknown-format", "empty-file", "missing-extra", "silent", "invalid-samples",
  "no-job", "no-setlist", "no-answer", "deleted", "not-yours", "no-track", "host", "origin",
]);

/** Messages for people in place of those for programs. */
const PLAIN: Record<string, string> = {
  "no-answer": "It was deleted, or made room for later ones. Identify the recording again to get a new one.",
  "no-track": "It was removed, so it can no longer be compared or played.",
  token: "This server requires a token. Ask the person who started it.",
};

/** A heading for each kind of problem that people meet. */
export function heading(problem: Problem): string {
  return HEADINGS[problem.code] ?? "That did not work";
}

const HEADINGS: Record<string, string> = {
  unreachable: "The server does not answer",
  stopping: "The server is being stopped",
  token: "A token is needed",
  "too-large": "This file is too large",
  "too-long": "This recording is too long",
  "too-short": "This recording is too short",
  "not-audio": "This file cannot be read as audio",
  "unknown-format": "This file cannot be read as audio",
  "empty-file": "This file is empty",
  "missing-extra": "This format cannot be read here",
  silent: "This recording is silent",
  "invalid-samples": "This recording is damaged",
  busy: "The server is busy",
  "unknown-songs": "The catalog has none of these",
  upload: "The upload was incomplete",
  "empty-catalog": "The catalog is empty",
  catalog: "The catalog cannot be used now",
  microphone: "The microphone cannot be used",
  player: "This browser cannot play the recording",
  "no-audio": "The studio recording is missing",
  works: "These recordings cannot be grouped so",
  "no-work": "This song is no longer in the catalog",
  "no-answer": "This answer is no longer on the server",
  "no-track": "This recording is no longer in the catalog",
  "no-job": "This set list is no longer on the server",
  "no-setlist": "This link does not work",
  deleted: "This set list was deleted",
  "setlists-full": "The server has no room for more set lists",
  "disk-full": "The disk of the server is full",
};
