// The settings pages: what takes a while is watched until it has ended, and commands are copied.

import { page } from "./net.js";
import { say } from "./words.js";

const SECOND = 1000;
const shown = () => document.getElementById("settings");
const told = (text) => { document.getElementById("settings-told").textContent = text; };

export function start() {
  if (!shown()) return;
  document.querySelector(".tabs [aria-current]").scrollIntoView({ block: "nearest", inline: "center" });
  offer();
  document.addEventListener("click", copy);
  document.addEventListener("submit", wait);
  addEventListener("pageshow", () => document.querySelectorAll("[aria-busy]").forEach((each) => each.removeAttribute("aria-busy")));
  setInterval(watch, SECOND);
}

// Only a page that was sent safely may write to the clipboard.
function offer() {
  for (const each of document.querySelectorAll("[data-copy]")) each.hidden = !navigator.clipboard;
}

async function copy(event) {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    const before = button.textContent;
    button.textContent = say("settings_copied");
    told(say("settings_copied"));
    setTimeout(() => { button.textContent = before; }, 2 * SECOND);
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling); // then Ctrl-C does it
  }
}

function wait(event) {
  if (!event.submitter?.hasAttribute("data-waits")) return;
  event.submitter.setAttribute("aria-busy", "true");
  told(say("settings_writing"));
}

async function watch() {
  const old = shown();
  if (old.dataset.busy !== "1" || document.hidden) return;
  try {
    const now = (await page(location.href)).getElementById("settings");
    if (!now || now.innerHTML === old.innerHTML) return;
    const within = old.contains(document.activeElement);
    old.replaceWith(document.adoptNode(now));
    offer();
    if (within) now.focus({ preventScroll: true });
    if (now.dataset.busy !== "1") told(say("settings_ended"));
  } catch {
    // the server is away; the next look may find it
  }
}
