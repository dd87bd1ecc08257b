// A WebSocket that sends sound to the service and receives the songs that it may be.
import { messageOf, type Known } from "../domain/known";
import { address } from "./address";
import { onToken, token } from "./http";
import { Problem, unreachable } from "./problem";
import type { Ranking } from "./types";

/** What an answer says, of a file or of what is heard. */
export type Answered = Omit<Ranking, "none" | "warnings"> & Partial<Pick<Ranking, "warnings">>;

/** A message of the service; its WebSocket is not in the description that types are generated from. */
export type Message =
  | { type: "ready"; interval: number; window: number; warnings: readonly string[] }
  | ({ type: "match"; final: boolean; heard: number; analysed: number } & Omit<Answered, "query">)
  | { type: "waiting"; final: boolean; heard: number; code: string; detail: string }
  | { type: "error"; code: string; detail: string };

export interface Listening {
  /** Send 16-bit samples. */
  send(samples: Int16Array<ArrayBuffer>): void;
  /** Ask for the final answer; earlier ones may still arrive before it. */
  finish(): void;
  close(): void;
}

export interface ListeningEvents {
  received: (message: Message) => void;
  failed: (problem: Problem) => void;
}

export function listen(rate: number, known: Known, events: ListeningEvents): Listening {
  const url = new URL(address("v1/listen"));
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const waiting: Int16Array<ArrayBuffer>[] = [];
  let ready = false;
  let finishing = false;
  let over = false;

  const fail = (problem: Problem) => {
    if (over) return;
    over = true;
    socket.close();
    events.failed(problem);
  };
  socket.onopen = async () => {
    const bearer = token();
    const start = { type: "start", rate, top: 5, ...(await messageOf(known)), ...(bearer === null ? {} : { token: bearer }) };
    socket.send(JSON.stringify(start));
  };
  socket.onmessage = (event: MessageEvent<string>) => {
    const message = JSON.parse(event.data) as Message;
    if (message.type === "error") {
      if (message.code === "token") onToken.needed();
      fail(new Problem(message.code, message.detail));
      return;
    }
    if (message.type === "ready") {
      ready = true;
      for (const samples of waiting.splice(0)) socket.send(samples);
      if (finishing) socket.send(JSON.stringify({ type: "stop" }));
    } else if (message.final) {
      over = true;
    }
    events.received(message);
  };
  socket.onclose = () => fail(unreachable());

  return {
    send(samples) {
      if (over || finishing) return;
      if (ready) socket.send(samples);
      else waiting.push(samples);
    },
    finish() {
      finishing = true;
      if (ready && !over) socket.send(JSON.stringify({ type: "stop" }));
    },
    close() {
      over = true;
      socket.close();
    },
  };
}
