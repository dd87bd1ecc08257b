// Times as people write them: 4:05, 1:02:33.

/** Seconds as m:ss or h:mm:ss; tenths are added on wish. */
export function clock(seconds: number, tenths = false): string {
  const scale = tenths ? 10 : 1;
  const units = Math.round(Math.max(0, seconds) * scale);
  const whole = Math.floor(units / scale);
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const text = hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  return tenths ? `${text}.${units % 10}` : text;
}

/** Seconds from one time to another as both are shown, so that what is shown adds up. */
export function between(start: number, end: number): number {
  return Math.round(end) - Math.round(start);
}

/** What `clock` wrote, or plain seconds; null for anything else. */
export function parseClock(text: string): number | null {
  const match = /^(?:(?:(\d+):)?([0-5]?\d):)?(\d+(?:[.,]\d*)?)$/.exec(text.trim());
  if (match === null) return null;
  const [, hours = "0", minutes = "0", rest = "0"] = match;
  const seconds = Number(rest.replace(",", "."));
  if (match[2] !== undefined && seconds >= 60) return null;
  return Number(hours) * 3600 + Number(minutes) * 60 + seconds;
}

/** An estimated time: to the minute when it is long, else to five seconds. */
export function roughly(seconds: number): string {
  const step = seconds >= 90 ? 60 : 5;
  return spoken(Math.max(step, Math.round(seconds / step) * step));
}

/** Seconds in words, for a screen reader and for time left. */
export function spoken(seconds: number): string {
  const whole = Math.round(Math.max(0, seconds));
  const parts: [number, string][] = [
    [Math.floor(whole / 3600), "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ];
  const named = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`);
  return named.length > 0 ? named.join(" ") : "0 seconds";
}
