// Numbers of an answer, in words.

/** A key shift in semitones: the first recording relative to the second. */
export function keyShift(semitones: number | null): string {
  if (semitones === null) return "";
  if (semitones === 0) return "Same key";
  const many = Math.abs(semitones) === 1 ? "semitone" : "semitones";
  return `${Math.abs(semitones)} ${many} ${semitones > 0 ? "higher" : "lower"}`;
}

/** A tempo ratio as a difference in per cent. */
export function tempo(ratio: number | null): string {
  if (ratio === null) return "";
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return "Same tempo";
  return `${Math.abs(percent)} % ${percent > 0 ? "faster" : "slower"}`;
}

/**
 * A probability in per cent, rounded down, so that nothing looks more certain than it is: with one digit below 10 % and
 * from 99 % on, and never 100 % or 0 %, which nobody can know. The command line writes the same
 * (`runtime/display/text.py`).
 */
export function percent(probability: number): string {
  if (probability > 0.999) return "> 99.9\u00a0%";
  if (probability < 0.01) return "< 1\u00a0%";
  // In binary 0.57 * 100 is a little below 57.
  const tenths = Math.floor(probability * 1000 + 1e-9) / 10;
  if (probability >= 0.99) return `${tenths.toFixed(1)}\u00a0%`;
  return `${probability < 0.1 ? tenths : Math.floor(probability * 100 + 1e-9)}\u00a0%`;
}

/** The word before the song of the verdict "probable": likelier than any other, and less likely than not. */
export const PERHAPS = "Perhaps";

/** The certainty of a probability, for styles and labels. */
export function certainty(probability: number): "high" | "medium" | "low" {
  if (probability >= 0.9) return "high";
  return probability >= 0.5 ? "medium" : "low";
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** The last part of a path, of any system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

export function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
