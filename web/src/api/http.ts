// Requests to the service, with its token, and its errors as `Problem`s.
import { address } from "./address";
import { watch } from "./presence";
import { Problem, unreachable } from "./problem";

const TOKEN = "samesong-token";

export function token(): string | null {
  return sessionStorage.getItem(TOKEN);
}

export function setToken(value: string | null): void {
  if (value === null) sessionStorage.removeItem(TOKEN);
  else sessionStorage.setItem(TOKEN, value);
}

/** Take the token out of the address #token=..., which `samesong serve` prints; true if there was one. */
export function takeToken(): boolean {
  const given = /^#token=(.+)$/.exec(window.location.hash)?.[1];
  if (given === undefined) return false;
  try {
    setToken(decodeURIComponent(given));
  } catch {
    return false; // cut off within a character; the page asks for it
  } finally {
    history.replaceState(null, "", "#/identify"); // the token is nobody's to read or to share
  }
  return true;
}

/** Called when the service asks for a token, or refuses one. */
export const onToken = { needed: () => {} };

/** Ask the service; anything but success is thrown as a `Problem`. */
export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const bearer = token();
  if (bearer !== null) headers.set("Authorization", `Bearer ${bearer}`);
  let response: Response;
  try {
    response = await fetch(address(path), { ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw gone();
  }
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    throw noted(Problem.from(body, response.status, response.headers.get("Retry-After")));
  }
  return response;
}

export async function askJson<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await ask(path, init);
  return (await response.json()) as T;
}

export interface UploadOptions {
  /** Called with the share that has been sent, 0 to 1. */
  sent?: (share: number) => void;
  signal?: AbortSignal;
  /** Short fields beside the files. */
  fields?: readonly (readonly [string, string | File])[];
}

export interface Uploaded<T> {
  status: number;
  answer: T;
}

/** Files by the part that they are sent in. */
export type Parts = Record<string, File | readonly File[]>;

export async function upload<T>(path: string, files: Parts, options?: UploadOptions): Promise<T> {
  return (await send<T>(path, files, options)).answer;
}

/** Send files; unlike `fetch`, an XMLHttpRequest reports the progress of the upload. */
export function send<T>(path: string, files: Parts, options: UploadOptions = {}): Promise<Uploaded<T>> {
  const form = new FormData();
  for (const [part, sent] of Object.entries(files)) {
    for (const file of sent instanceof File ? [sent] : sent) form.append(part, file, file.name);
  }
  for (const [name, value] of options.fields ?? []) form.append(name, value);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address(path));
    request.responseType = "json";
    const bearer = token();
    if (bearer !== null) request.setRequestHeader("Authorization", `Bearer ${bearer}`);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.sent?.(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve({ status: request.status, answer: request.response as T });
      else reject(noted(Problem.from(request.response, request.status, request.getResponseHeader("Retry-After"))));
    };
    request.onerror = () => reject(gone());
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    options.signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function gone(): Problem {
  watch();
  return unreachable();
}

function noted(problem: Problem): Problem {
  if (problem.code === "token") onToken.needed();
  return problem;
}

export function wasCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** What was thrown, as a `Problem`. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem("defect", error instanceof Error ? error.message : String(error));
}
