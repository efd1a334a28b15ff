// Files that were dropped or chosen, whole folders with all below them: [{ file, path }], the path as it lay there.

const LEFT_OUT = new Set(["Thumbs.db", "desktop.ini"]); // a system's own

// Has to begin while the event is handled; later its items are gone.
export function dropped(transfer) {
  const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.());
  if (!entries.length || entries.some((entry) => !entry)) return Promise.resolve(chosen(transfer.files));
  return walked(entries);
}

export const chosen = (files) => [...files].map((file) => ({ file, path: file.webkitRelativePath || "" })).filter(({ file, path }) => shows(path || file.name));

async function walked(entries) {
  const found = [];
  const left = entries.reverse();
  while (left.length) {
    const entry = left.pop();
    if (!shows(entry.name)) continue;
    if (entry.isDirectory) left.push(...(await inside(entry)).reverse());
    else found.push({ file: await opened(entry), path: entry.fullPath.slice(1), missing: entry.name });
  }
  return found.map(({ file, path, missing }) => ({ file: file ?? { name: missing, size: -1 }, path: path.includes("/") ? path : "" }));
}

const shows = (path) => path.split("/").every((part) => !part.startsWith(".") && !LEFT_OUT.has(part));

// All that is in a folder; a reader gives some hundred at a time.
async function inside(folder) {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return found.sort((one, other) => one.name.localeCompare(other.name));
    found.push(...some);
  }
}

const opened = (entry) => new Promise((resolve) => entry.file(resolve, () => resolve(null)));
