// The conversation: a question is sent, its sentences appear as they are checked.

import { events, page, parse, post, reason } from "./net.js";

// While an answer is under way the button that asks stops it.
const form = document.getElementById("composer");
let running = null;

export function start() {
  if (!form) return;
  const box = form.elements.question;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) running.abort();
    else if (box.value.trim()) ask(box.value.trim());
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!running) form.requestSubmit();
  });
  document.getElementById("turns").lastElementChild?.scrollIntoView({ block: "start" });
}

async function ask(question) {
  const turn = begin(question);
  const sent = new FormData(form);
  form.elements.question.value = "";
  const mine = new AbortController();
  setRunning(mine);
  try {
    const response = await post("/ask", sent, { headers: { Accept: "text/event-stream" }, signal: mine.signal });
    if (!response.ok) throw new Error(await reason(response));
    for await (const [name, data] of events(response)) {
      happened(turn, name, data);
      if (name === "done") setRunning(null); // the next question need not wait for the connection to close
    }
    if (turn.isConnected) throw new Error("The answer broke off. Ask again.");
  } catch (error) {
    if (turn.isConnected) fail(turn, question, error);
  } finally {
    if (running === mine) setRunning(null);
  }
}

function setRunning(controller) {
  running = controller;
  form.classList.toggle("running", Boolean(controller));
  form.querySelector(".send").setAttribute("aria-label", controller ? "Stop" : "Ask");
}

function begin(question) {
  const turn = document.getElementById("turn").content.firstElementChild.cloneNode(true);
  turn.querySelector(".question").textContent = question;
  document.getElementById("chat").classList.remove("empty");
  document.getElementById("turns").append(turn);
  turn.scrollIntoView({ block: "start" });
  return turn;
}

function happened(turn, name, data) {
  if (name === "passages") {
    const where = data.documents === 1 ? "one document" : `${data.documents} documents`;
    const meant = turn.querySelector(".looked-for");
    meant.textContent = `Looked for: ${data.looked_for}`;
    meant.hidden = !data.looked_for;
    turn.querySelector(".state").textContent = data.passages ? `Reading ${data.passages} passages of ${where}` : "Looking";
  } else if (name === "sentence") {
    turn.querySelector(".draft").textContent = "";
    turn.querySelector(".draft").before(...fragment(data.html), " ");
  } else if (name === "draft") {
    turn.querySelector(".draft").textContent = data.text; // replaced once it is checked
  } else if (name === "done") {
    turn.replaceWith(...fragment(data.html));
    form.elements.conversation.value = data.conversation;
    form.elements.question.placeholder = "Ask something else";
    history.replaceState(null, "", data.url);
    refreshList(data.url);
  } else if (name === "problem") {
    throw new Error(data.detail);
  }
}

const fragment = (html) => [...parse(html).body.children].map((each) => document.adoptNode(each));

function fail(turn, question, error) {
  const stopped = error.name === "AbortError";
  const offline = error instanceof TypeError;
  const state = turn.querySelector(".state");
  turn.classList.remove("pending");
  state.className = "notice warning";
  state.textContent = stopped ? "Stopped." : offline ? "The server does not answer. Is it still running?" : error.message;
  if (!form.elements.question.value) form.elements.question.value = question;
}

async function refreshList(url) {
  const list = (await page(url)).getElementById("conversations");
  if (list) document.getElementById("conversations").replaceWith(document.adoptNode(list));
}
