// A turn of the conversation while its answer comes, and what is told beside it.

import { parse } from "./net.js";
import { say } from "./words.js";

// A new turn at the end, at the top of what is seen.
export function begin(question) {
  const turn = document.getElementById("turn").content.firstElementChild.cloneNode(true);
  turn.querySelector(".question bdi").textContent = question;
  document.getElementById("chat").classList.remove("empty");
  document.querySelector(".hero")?.remove();
  document.getElementById("suggestions")?.remove();
  const head = document.getElementById("head");
  if (head.hidden) head.querySelector("h1").textContent = question;
  head.hidden = false;
  document.getElementById("turns").append(turn);
  scrollTo(turn);
  return turn;
}

export const scrollTo = (turn) => turn?.scrollIntoView({ block: "start" });

export function happened(turn, name, data) {
  if (name === "passages") found(turn, data);
  else if (name === "queued") stateOf(turn, data.ahead ? say("ahead", { count: data.ahead }) : say("your_turn"));
  else if (name === "sentence") {
    turn.querySelector(".draft").textContent = "";
    turn.querySelector(".draft").before(...fragment(data.html), " ");
  } else if (name === "draft") turn.querySelector(".draft").textContent = data.text; // replaced once it is checked
  else if (name === "done") turn.replaceWith(...fragment(data.html));
}

function found(turn, data) {
  const meant = turn.querySelector(".looked-for");
  meant.textContent = say("looked_for", { what: data.looked_for });
  meant.hidden = !data.looked_for;
  stateOf(turn, data.passages ? say("reading", { passages: data.passages, count: data.documents }) : say("looking"));
}

export function stateOf(turn, text, kind = "state") {
  const state = turn.querySelector(":scope > [role=status]");
  state.className = kind;
  if (state.textContent !== text) state.textContent = text;
}

// Said for a moment below the conversation; quietly: only to those who listen.
export function tell(text, { quietly = false } = {}) {
  const toast = document.getElementById("toast");
  toast.classList.toggle("unseen", quietly);
  toast.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (toast.textContent = ""), 6000);
}

export function filled(box, text) {
  box.value = text;
  box.setSelectionRange(text.length, text.length);
}

// Exchanges a part of the page for a fresh one; what has the focus keeps it.
export function put(id, fresh) {
  const old = document.getElementById(id);
  if (!fresh || !old || old.contains(document.activeElement) || old.innerHTML === fresh.innerHTML) return;
  old.replaceWith(document.adoptNode(fresh));
}

const fragment = (html) => [...parse(html).body.children].map((each) => document.adoptNode(each));
