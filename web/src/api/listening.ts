// A WebSocket that hears what the microphone hears and says which song it may be.
import { address, onToken, token } from "./http";
import { Problem, unreachable } from "./problem";
import type { Heard } from "./types";

export interface Listening {
  /** Send 16-bit samples. */
  send(samples: Int16Array<ArrayBuffer>): void;
  /** Ask for the last word; what was heard goes on arriving until it. */
  finish(): void;
  close(): void;
}

export interface ListeningEvents {
  heard: (message: Heard) => void;
  failed: (problem: Problem) => void;
}

export function listen(rate: number, events: ListeningEvents): Listening {
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
  socket.onopen = () => {
    const bearer = token();
    socket.send(JSON.stringify({ type: "start", rate, top: 5, ...(bearer === null ? {} : { token: bearer }) }));
  };
  socket.onmessage = (event: MessageEvent<string>) => {
    const message = JSON.parse(event.data) as Heard;
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
    events.heard(message);
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
