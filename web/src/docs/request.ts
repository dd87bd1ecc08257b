// One call as it was filled in: for the browser to send, and for a shell to copy.
import { token } from "../api/http";
import type { Call, Contents } from "./description";

export interface Filled {
  /** Values of path and query, by name. */
  parameters: Record<string, string>;
  /** The type that the body is sent as; null without one. */
  type: string | null;
  /** Fields of a form, by name; the whole body is named "". */
  fields: Record<string, string | readonly File[]>;
}

export const FORM = "multipart/form-data";
export const JSON_TYPE = "application/json";

/** The types of a body among which a person chooses: those of files are one. */
export function bodyTypes(content: Contents | undefined): string[] {
  const types = Object.keys(content ?? {});
  const whole = types.filter((type) => type !== FORM && type !== JSON_TYPE);
  return [...types.filter((type) => !whole.includes(type)), ...(whole.length > 0 ? ["audio/mpeg"] : [])];
}

/** Path and query of the address. */
export function target({ path, operation }: Call, { parameters }: Filled): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] || name.toUpperCase()));
  const query = (operation.parameters ?? [])
    .filter((one) => one.in === "query" && (parameters[one.name] || one.required))
    .map(({ name }) => `${name}=${encodeURIComponent(parameters[name] || name.toUpperCase())}`);
  return [filled.replace(/^\//, ""), query.join("&")].filter(Boolean).join("?");
}

export function init({ method }: Call, { type, fields }: Filled): RequestInit {
  const headers = new Headers();
  const bearer = token();
  if (bearer !== null) headers.set("Authorization", `Bearer ${bearer}`);
  if (type === null) return { method, headers };
  if (type === FORM) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value !== "string") for (const file of value) form.append(name, file, file.name);
      else if (value !== "") form.append(name, value);
    }
    return { method, headers, body: form };
  }
  const whole = fields[""] ?? "";
  const file = typeof whole === "string" ? null : whole[0];
  headers.set("Content-Type", file?.type || type);
  return { method, headers, body: file ?? (whole as string) };
}

/** The same call for curl. */
export function curl(call: Call, filled: Filled, base: string, needsToken: boolean): string {
  const parts = ["curl"];
  if (call.method !== "GET" && (filled.type === null || call.method !== "POST")) parts.push(`-X ${call.method}`);
  if (needsToken) parts.push('-H "Authorization: Bearer $SAMESONG_TOKEN"');
  if (filled.type === FORM) {
    for (const [name, value] of Object.entries(filled.fields)) {
      if (typeof value !== "string") for (const file of filesOf(value)) parts.push(`-F ${quoted(`${name}=@${file}`)}`);
      else if (value !== "") parts.push(`-F ${quoted(`${name}=${value}`)}`);
    }
  } else if (filled.type === JSON_TYPE) {
    parts.push(`-H 'Content-Type: ${JSON_TYPE}'`, `-d ${quoted(String(filled.fields[""] ?? ""))}`);
  } else if (filled.type !== null) {
    const value = filled.fields[""] ?? [];
    parts.push(`--data-binary ${quoted(`@${filesOf(typeof value === "string" ? [] : value)[0]}`)}`, `-H 'Content-Type: ${filled.type}'`);
  }
  parts.push(quoted(base + target(call, filled)));
  return parts.join(" ");
}

function filesOf(files: readonly File[]): string[] {
  return files.length > 0 ? files.map(({ name }) => name) : ["song.mp3"];
}

/** A word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
