// The source beside the answer: what a footnote links to, opened without leaving the conversation.

import { page } from "./net.js";

const pane = document.getElementById("pane");
let opener = null;

export function start() {
  if (!pane) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-pane]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !pane.hidden && !document.querySelector("dialog[open]")) close();
  });
}

async function open(link) {
  if (!pane.contains(link)) opener = link;
  const asked = (pane.dataset.url = link.href);
  let source;
  try {
    source = await found(link.href);
  } catch {
    source = failed();
  }
  if (pane.dataset.url !== asked) return; // another was opened meanwhile
  pane.replaceChildren(closer(), source);
  pane.hidden = false;
  document.getElementById("shell").classList.add("reading");
  mark(opener);
  pane.focus({ preventScroll: true });
  show(pane.querySelector("#quote"));
}

async function found(url) {
  const told = await page(url);
  return document.adoptNode(told.querySelector(".source, .error"));
}

function failed() {
  const text = document.createElement("p");
  text.className = "source error";
  text.textContent = "The source could not be opened, because the server did not answer. Try again in a moment.";
  return text;
}

function closer() {
  const button = document.createElement("button");
  button.className = "quiet close";
  button.title = "Close (Esc)";
  button.setAttribute("aria-label", "Close the source");
  button.textContent = "✕";
  button.addEventListener("click", close);
  return button;
}

function close() {
  pane.hidden = true;
  pane.replaceChildren();
  delete pane.dataset.url;
  document.getElementById("shell").classList.remove("reading");
  mark(null);
  opener?.focus();
}

// The footnotes and the card that are open look so.
function mark(link) {
  for (const each of document.querySelectorAll(".open")) each.classList.remove("open");
  if (!link) return;
  link.classList.add("open");
  const same = `[data-note="${link.dataset.note}"]`;
  for (const each of link.closest(".turn")?.querySelectorAll(same) ?? []) each.classList.add("open");
}

function show(quote) {
  if (!quote) {
    pane.scrollTop = 0;
    return;
  }
  const box = quote.getBoundingClientRect();
  const top = box.top - pane.getBoundingClientRect().top + pane.scrollTop;
  pane.scrollTop = Math.max(0, top - pane.clientHeight / 3);
}
