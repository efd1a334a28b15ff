// The receipt of a document keeps itself current while the document is being read.

import { oneAtATime, page } from "./net.js";

const SECOND = 1000;
const shown = () => document.getElementById("receipt");

export function start() {
  if (shown()) setInterval(oneAtATime(watch), SECOND);
}

async function watch() {
  const old = shown();
  if (old.dataset.busy !== "1" || document.hidden) return;
  try {
    const told = (await page(location.href)).getElementById("receipt");
    if (told && told.innerHTML !== old.innerHTML) old.replaceWith(document.adoptNode(told));
  } catch {
    // the server is away; the next look may find it
  }
}
