// The files of folders: those that were dropped, and those that may be audio.

/** All files that were dropped, those in folders included; call it before the event is over. */
export async function filesIn(dropped: DataTransfer): Promise<File[]> {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry());
  // What is no file of a disk has no entry, such as a file that a script made.
  if (entries.some((entry) => entry === null)) return [...dropped.files];
  const files: File[] = [];
  for (const entry of entries) await collect(entry!, files);
  return files;
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (isFile(entry)) {
    files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return; // it gives a hundred at a time
      for (const one of some) await collect(one, files);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** Whether the name of a file ends like that of audio. */
export function isAudio(file: File, suffixes: readonly string[]): boolean {
  const name = file.name.toLowerCase();
  return suffixes.some((suffix) => name.endsWith(suffix));
}
