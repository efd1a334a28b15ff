// The settings pages: what takes a while is watched until it has ended, and commands are copied.

import { oneAtATime, page } from "./net.js";
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
  setInterval(oneAtATime(watch), SECOND);
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
    button.dataset.label ??= button.textContent; // which it is not while it says that it was copied
    button.textContent = say("settings_copied");
    told(say("settings_copied"));
    setTimeout(() => { button.textContent = button.dataset.label; }, 2 * SECOND);
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
    if (!now) return;
    keep(old, now);
    if (now.innerHTML === old.innerHTML) return;
    const held = old.contains(document.activeElement) && document.activeElement;
    old.replaceWith(document.adoptNode(now));
    offer();
    if (held) (like(held, now) ?? now).focus({ preventScroll: true });
    if (now.dataset.busy !== "1") told(say("settings_ended"));
  } catch {
    // the server is away; the next look may find it
  }
}

// What somebody has opened or written in stays so.
function keep(old, now) {
  for (const each of old.querySelectorAll("summary, input[id], textarea[id]")) {
    const same = like(each, now);
    if (each.matches("summary")) same?.parentElement.toggleAttribute("open", each.parentElement.open);
    else if (same && each.value !== each.defaultValue) same.value = each.value;
  }
}

// The same element of a page that came later: that of its id, or the summary of its words.
const name = (each) => each.id || (each.matches("summary") ? each.textContent : "");
const like = (each, page) => [...page.querySelectorAll(each.localName)].find((other) => name(other) && name(other) === name(each));
