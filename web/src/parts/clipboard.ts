// The clipboard, which browsers have only on pages from this computer or over https.

/** Copy a text; false where that cannot be done. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
