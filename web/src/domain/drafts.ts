// Corrections survive a closed window: the last few corrected set lists are kept in the browser.
import type { Setlist } from "../api/types";

const KEY = "samesong-corrections";
const KEPT = 5;

interface Draft {
  job: string;
  setlist: Setlist;
}

export function draft(job: string): Setlist | null {
  return drafts().find((one) => one.job === job)?.setlist ?? null;
}

export function keepDraft(job: string, setlist: Setlist): void {
  const all = [{ job, setlist }, ...drafts().filter((one) => one.job !== job)].slice(0, KEPT);
  try {
    localStorage.setItem(KEY, JSON.stringify(all));
  } catch {
    // Storage may be full or forbidden; the list in the page is still whole.
  }
}

function drafts(): Draft[] {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]") as Draft[];
  } catch {
    return [];
  }
}
