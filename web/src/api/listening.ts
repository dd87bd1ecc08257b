// A WebSocket that sends sound to the service and receives the songs that it may be.
import { messageOf, type Known } from "../domain/known";
import { address } from "./address";
import { onToken, token } from "./http";
import { Problem, unreachable } from "./problem";
import type { Ranking } from "./types";

/** A message of the service; its WebSocket is not in the description that types are generated from. */
export type Message =
  | { type: "ready"; interval: number; window: number; warnings: readonly string[] }
  | ({ type: "match"; final: boolean; heard: number; analysed: number } & Omit<Ranking, "query" | "none" | "warnings">)
  | { type: "waiting"; final: boolean; heard: number; code: string; detail: string }
  | { type: "error"; code: string; detail: string };

export interface Listening {
  /** Send 16-bit samples. */
  send(samples: Int16Array<ArrayBuffer>): void;
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
    }
    events.received(message);
  };
  socket.onclose = () => fail(unreachable());

  return {
    send(samples) {
      if (over) return;
      if (ready) socket.send(samples);
      else waiting.push(samples);
    },
    close() {
      over = true;
      socket.close();
    },
  };
}
