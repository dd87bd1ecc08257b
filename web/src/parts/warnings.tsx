// What the service could not use of what was known of a recording, and what was wrong with it.

export function Warnings({ warnings }: { warnings: readonly string[] }) {
  if (warnings.length === 0) return null;
  return (
    <ul class="warnings" role="status" aria-label="Remarks">
      {warnings.map((warning) => <li key={warning}>{capital(warning)}.</li>)}
    </ul>
  );
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
