// What the service of `samesong serve` says; its own description is at /openapi.json.

export interface Health {
  version: string;
  model: string;
  n_tracks: number;
  threshold: number;
  token_required: boolean;
  limits: { upload_bytes: number; seconds: number; concert_seconds: number };
  report_formats: ReportFormat[];
}

export interface ReportFormat {
  name: string;
  media_type: string;
  suffix: string;
}

/** Seconds from where to where. */
export type Span = readonly [number, number];

export interface Match {
  rank: number;
  track_id: string;
  title: string | null;
  artist: string | null;
  isrc: string | null;
  score: number;
  key_shift: number;
  query_span: Span;
  reference_span: Span;
  tempo_ratio: number;
}

export interface Ranking {
  query: string;
  matches: Match[];
  accepted: boolean;
  seconds: number;
}

export interface Csm {
  level: number;
  query_steps: number;
  reference_steps: number;
  step_seconds: number;
  data: string;
}

export interface Comparison {
  query: string;
  reference: string;
  score: number;
  same: boolean;
  key_shift: number;
  query_span: Span;
  reference_span: Span;
  tempo_ratio: number;
  query_window: Span;
  reference_window: Span;
  csms: Csm[];
  path: [number, number][];
}

export interface Track {
  track_id: string;
  title: string | null;
  artist: string | null;
  isrc: string | null;
  iswc?: string | null;
  album?: string | null;
  path?: string;
}

export interface CatalogTrack extends Track {
  album: string | null;
  path: string;
  duration: number;
  added: string;
  has_audio: boolean;
}

export interface TrackPage {
  total: number;
  limit: number;
  offset: number;
  tracks: CatalogTrack[];
}

export interface Song {
  start: number;
  end: number;
  track: Track | null;
  confidence: number;
  key_shift: number | null;
  tempo_ratio: number | null;
}

export interface Setlist {
  schema: number;
  recording: string;
  duration: number;
  songs: readonly Song[];
}

export interface Job {
  id: string;
  recording: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  progress: number;
  seconds_left: number | null;
  problem: ProblemBody | null;
  result?: Setlist | null;
}

export interface ProblemBody {
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
}

export type Heard =
  | { type: "ready"; interval: number; window: number }
  | ({ type: "match"; final: boolean; heard: number; analysed: number } & Omit<Ranking, "query">)
  | { type: "waiting"; final: boolean; heard: number; code: string; detail: string }
  | { type: "error"; code: string; detail: string };
