// Saving the corrections of a set list: one request at a time, the newest list last, and nothing lost.
import { keepUnsaved, removeUnsaved, type Keeping } from "../domain/unsaved";
import { asProblem } from "./http";
import { onReturn } from "./presence";
import { Problem } from "./problem";
import { correctSetlist } from "./setlists";
import type { Setlist } from "./types";

export type SaveState =
  | { kind: "idle" }
  | { kind: "saving" }
  | { kind: "saved" }
  /** Somebody else corrected the list meanwhile. */
  | { kind: "conflict" }
  /** This browser keeps the corrections, if it has room. */
  | { kind: "failed"; problem: Problem; kept: boolean; dropped: readonly string[] };

export class Saving {
  private next: Setlist | null = null;
  private busy = false;
  private stopped = false;
  private keeping: Keeping = { kept: true, dropped: [] };
  private forgetReturn = () => {};

  /** `etag` is null for a list that the server does not have. */
  constructor(
    private readonly id: string,
    private etag: string | null,
    private readonly told: (state: SaveState) => void,
  ) {}

  save(setlist: Setlist): void {
    // First here: this window may be closed before the server has it.
    this.keeping = keepUnsaved({ id: this.id, etag: this.etag, setlist });
    this.forgetReturn();
    if (this.stopped) return;
    this.next = setlist;
    if (!this.busy) void this.run();
  }

  private async run(): Promise<void> {
    this.busy = true;
    this.told({ kind: "saving" });
    while (this.next !== null) {
      const sent: Setlist = this.next;
      this.next = null;
      try {
        if (this.etag === null) throw new Problem("no-setlist", "The server does not have this list.");
        this.etag = await correctSetlist(this.id, sent, this.etag);
        if (this.next !== null) keepUnsaved({ id: this.id, etag: this.etag, setlist: this.next });
        else {
          removeUnsaved(this.id);
          this.told({ kind: "saved" });
        }
      } catch (error) {
        this.fail(asProblem(error), sent);
      }
    }
    this.busy = false;
  }

  private fail(problem: Problem, sent: Setlist): void {
    const newest = this.next ?? sent;
    this.next = null;
    if (problem.code === "unreachable") this.forgetReturn = onReturn(() => this.save(newest));
    this.stopped = problem.code === "edited-elsewhere";
    this.told(this.stopped ? { kind: "conflict" } : { kind: "failed", problem, ...this.keeping });
  }
}
