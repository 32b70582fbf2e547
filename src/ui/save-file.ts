/** An address that the browser was told to download may be let go of after this. */
const RELEASE_MS = 60_000;

/** Hands `blob` to the browser as a download. */
export function saveFile({ name, blob }: { name: string; blob: Blob }): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), RELEASE_MS);
}
