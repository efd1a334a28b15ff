// Through the footnotes of an answer, one after the other, or through the passages that came closest.

import { say } from "./words.js";

const KEYS = { n: 1, N: 1, p: -1, P: -1 };

// All that can be stepped through from a link, and where the link is among them.
function row(link) {
  const turn = link?.closest(".turn");
  if (!turn) return { all: [], at: -1, closest: false };
  const closest = Boolean(link.closest(".closest"));
  const notes = [...turn.querySelectorAll(".answer .note")];
  const all = closest ? [...turn.querySelectorAll(".closest .card")] : notes.length ? notes : [...turn.querySelectorAll(".card")];
  const here = all.indexOf(link);
  return { all, at: here >= 0 ? here : all.findIndex((each) => each.dataset.note === link.dataset.note), closest };
}

export function stepped(link, by) {
  const { all, at } = row(link);
  return at < 0 ? null : (all[at + by] ?? null);
}

export function keyStep(key, link) {
  return key in KEYS ? stepped(link, KEYS[key]) : null;
}

// Which one it is, in words.
export function place(link) {
  const { all, at, closest } = row(link);
  if (at < 0) return "";
  if (closest) return say("passage_of", { at: at + 1, all: all.length });
  const number = all[at].dataset.note;
  const sentence = all[at].closest(".sentence");
  const own = all.filter((each) => sentence && each.closest(".sentence") === sentence);
  return own.length > 1 ? say("footnote_of", { number, at: own.indexOf(all[at]) + 1, all: own.length }) : say("footnote", { number });
}

// The way through them, for the head of the source; nothing where there is but one place to be.
export function steps(link) {
  const { all, at } = row(link);
  if (at < 0) return [];
  const nav = document.getElementById("pane-steps").content.firstElementChild.cloneNode(true);
  nav.querySelector("b").textContent = place(link);
  for (const button of nav.querySelectorAll("[data-step]")) {
    button.disabled = !all[at + Number(button.dataset.step)];
    button.hidden = all.length < 2;
  }
  return [nav];
}

// The sentence, its footnote and its card look open, and are seen.
export function marked(link) {
  for (const each of document.querySelectorAll(".note.open, .card.open, .sentence.open")) each.classList.remove("open");
  const { all, at } = row(link);
  if (!link) return;
  const note = all[at] ?? link;
  const same = [...(link.closest(".turn")?.querySelectorAll("[data-note]") ?? [])].filter((each) => each.dataset.note === note.dataset.note);
  const sentence = note.closest(".sentence");
  for (const each of [link, note, ...same, sentence]) each?.classList.add("open");
  (sentence ?? note).scrollIntoView({ block: "nearest" });
}
