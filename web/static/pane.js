// The source beside the answer: what a footnote links to, opened without leaving the conversation. Where there is no
// room beside it, the pane covers the page as a dialog, which the back button closes too.

import { keyStep, marked, place, stepped, steps } from "./pane_steps.js";
import { keyZoom, startZoom, zoomed } from "./pane_zoom.js";
import { page } from "./net.js";
import { say } from "./words.js";

const WAIT = 150; // ms before it is shown that something is awaited
const GAP = 12; // CSS pixels left beside what is shown
const pane = document.getElementById("pane");
const shell = document.getElementById("shell");
const narrow = matchMedia("(max-width: 70rem)");
let opener = null; // the link that was followed from the page to the source
let latest = 0; // of the requests

export function start() {
  startZoom();
  if (!pane) return;
  document.addEventListener("click", clicked);
  pane.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-pane]");
    if (!form) return;
    event.preventDefault();
    open(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  });
  document.addEventListener("keydown", pressed);
  window.addEventListener("popstate", () => pane.hidden || hide());
  narrow.addEventListener("change", () => pane.hidden || cover(narrow.matches));
}

function clicked(event) {
  if (!(event.target instanceof Element) || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a[data-pane]");
  const step = event.target.closest("[data-step]");
  if (link) {
    event.preventDefault();
    open(link.href, link);
  } else if (outside(event.target)) close();
  else if (!pane.contains(event.target)) return;
  else if (step) follow(stepped(opener, Number(step.dataset.step)));
  else if (event.target.closest("[data-close]")) close();
  else if (event.target.closest("[data-again]")) open(pane.dataset.url);
}

const outside = (target) => pane.getAttribute("role") === "dialog" && target.isConnected && !pane.contains(target);

function pressed(event) {
  if (pane.hidden || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    if (typing && pane.contains(typing) && typing.type === "search" && typing.value) return; // empties the field first
    close();
  } else if (event.key === "Tab") stay(event);
  else if (!typing && !event.metaKey && !event.ctrlKey && !event.altKey) {
    const next = keyStep(event.key, opener);
    if (next) follow(next);
    else if (pane.contains(event.target)) turn(event);
  }
}

// The keys that turn pages: the arrows, and those for whole screens once there is no more of this page to see.
function turn(event) {
  if (keyZoom(event.key)) return event.preventDefault();
  const rtl = getComputedStyle(pane).direction === "rtl";
  const wide = event.target.closest(".table, .sheets");
  if (wide && wide.scrollWidth > wide.clientWidth && event.key.startsWith("Arrow")) return;
  const end = pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2;
  const forth = event.key === (rtl ? "ArrowLeft" : "ArrowRight") || (event.key === "PageDown" && end);
  const back = event.key === (rtl ? "ArrowRight" : "ArrowLeft") || (event.key === "PageUp" && pane.scrollTop <= 2);
  const link = (forth || back) && pane.querySelector(`.turner [rel=${forth ? "next" : "prev"}]`);
  if (!link) return;
  event.preventDefault();
  open(link.href);
}

function follow(link) {
  if (link) open(link.href, link);
}

async function open(url, link = null) {
  if (link && !pane.contains(link)) opener = link;
  const mine = ++latest;
  pane.dataset.url = url;
  const waiting = setTimeout(() => mine === latest && wait(), WAIT);
  pane.setAttribute("aria-busy", "true");
  let source;
  try {
    source = document.adoptNode((await page(url)).querySelector(".source, .error"));
  } catch {
    source = document.getElementById("pane-failed").content.firstElementChild.cloneNode(true);
  }
  clearTimeout(waiting);
  if (mine !== latest) return; // another was opened meanwhile, or it was closed
  pane.removeAttribute("aria-busy");
  const key = pane.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  put(lower(source));
  reveal();
  zoomed(source); // which measures it
  focus(key);
  show(pane.querySelector("#quote") ?? pane.querySelector("mark"));
  pane.querySelector("[role=status]").textContent = say("source_open", { title: [source.dataset.title, place(opener)].filter(Boolean).join(". ") });
}

function wait() {
  if (!pane.hidden) return; // what is there stays until the next has come
  put(document.getElementById("pane-waiting").content.firstElementChild.cloneNode(true));
  reveal();
}

function put(source) {
  pane.querySelector(".pane-body").replaceChildren(source);
  if (opener?.isConnected) source.querySelector(".source-head")?.prepend(...steps(opener));
  const picture = source.querySelector(".sheet img");
  picture?.addEventListener("error", () => undrawn(source));
}

// The page around the pane has a first heading of its own.
function lower(source) {
  const heading = source.querySelector("h1");
  if (heading) {
    const second = document.createElement("h2");
    second.append(...heading.childNodes);
    heading.replaceWith(second);
  }
  for (const each of source.querySelectorAll("[aria-level]")) each.setAttribute("aria-level", Number(each.getAttribute("aria-level")) + 1);
  return source;
}

function undrawn(source) {
  source.querySelector(".undrawn").hidden = false;
  source.querySelector(".sheets").hidden = true;
  source.querySelector(".page-text").open = true;
  show(source.querySelector(".page-text mark"));
}

function reveal() {
  if (pane.hidden) {
    keeping(opener, () => {
      pane.hidden = false;
      shell.classList.add("reading");
    });
    if (narrow.matches) history.pushState({ ...history.state, pane: true }, "");
    cover(narrow.matches);
  }
  marked(opener);
}

// As a dialog over the page, or beside it.
function cover(over) {
  pane.setAttribute("role", over ? "dialog" : "complementary");
  if (over) pane.setAttribute("aria-modal", "true");
  else pane.removeAttribute("aria-modal");
  inert(over);
}

function inert(on) {
  for (const each of [document.querySelector(".skip"), ...shell.children]) if (each && each !== pane) each.inert = on;
}

function focus(key) {
  const same = key && [...pane.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key && !each.disabled);
  (same || pane).focus({ preventScroll: true });
}

// Focus goes round within a pane that covers the page.
function stay(event) {
  if (pane.getAttribute("role") !== "dialog") return;
  const all = [...pane.querySelectorAll("a[href], button, input, summary, [tabindex='0']")].filter((each) => !each.disabled && each.checkVisibility());
  const [first, last] = [all[0], all.at(-1)];
  const at = document.activeElement;
  const next = event.shiftKey ? (at === first || at === pane ? last : null) : at === last ? first : null;
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function close() {
  if (history.state?.pane) history.back(); // the entry that was made for it goes with it
  hide();
}

function hide() {
  if (pane.hidden) return;
  latest += 1;
  inert(false);
  keeping(opener, () => {
    pane.hidden = true;
    shell.classList.remove("reading");
  });
  pane.querySelector(".pane-body").replaceChildren();
  pane.querySelector("[role=status]").textContent = "";
  pane.removeAttribute("aria-busy");
  marked(null);
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}

// What was clicked stays where it is on the screen, though the page grows narrower.
function keeping(element, change) {
  const main = document.getElementById("main");
  const before = element?.isConnected ? element.getBoundingClientRect().top : null;
  change();
  if (before !== null) main.scrollTop += element.getBoundingClientRect().top - before;
}

function show(quote) {
  if (!quote) {
    pane.scrollTop = 0;
    return;
  }
  const wide = quote.closest(".table, .sheets");
  const box = quote.getBoundingClientRect();
  const top = pane.getBoundingClientRect().top;
  const over = pane.querySelector(".source-head").offsetHeight; // of what stands over the page while it scrolls
  pane.scrollTop += box.top - top - Math.max(pane.clientHeight / 3, over + GAP);
  if (wide) across(wide, quote);
  const words = pane.querySelector(".quoted")?.getBoundingClientRect();
  const head = top + over;
  if (!words || words.top >= head || words.bottom <= head) return;
  const back = head - words.top + GAP; // what is said above the page is read whole, or not at all
  const stays = quote.getBoundingClientRect().top + back < top + pane.clientHeight * 0.8;
  pane.scrollTop += stays ? -back : words.bottom - head;
}

// In the middle where it fits, else from where it begins.
function across(wide, quote) {
  const [box, room] = [quote.getBoundingClientRect(), wide.getBoundingClientRect()];
  const rtl = getComputedStyle(quote).direction === "rtl";
  if (box.width + 2 * GAP <= room.width) wide.scrollLeft += (box.left + box.right - room.left - room.right) / 2;
  else wide.scrollLeft += rtl ? box.right - room.right + GAP : box.left - room.left - GAP;
}
