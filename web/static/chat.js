// The conversation: a question is sent, its sentences appear as they are checked. A connection that drops is taken up
// again; the server goes on writing meanwhile.

import { startCopying } from "./chat_copy.js";
import { startKeys } from "./chat_keys.js";
import { startMenus } from "./chat_menus.js";
import { begin, filled, happened, put, scrollTo, stateOf, tell } from "./chat_turn.js";
import { events, page, post, reason } from "./net.js";
import { say } from "./words.js";

// While an answer is under way the button that asks stops it.
const form = document.getElementById("composer");
const WAITS = [500, 1000, 2000, 4000, 8000]; // ms before the connection is tried again; the last one repeats
const TRIES = 40;
let running = null; // { id, turn, question, replaced, controller }

export function start() {
  if (!form) return;
  const box = form.elements.question;
  form.addEventListener("submit", submitted);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!running) form.requestSubmit();
  });
  document.getElementById("again").addEventListener("submit", (event) => {
    event.preventDefault();
    askAgain(event.submitter.closest(".turn"), new FormData(event.target, event.submitter));
  });
  document.addEventListener("click", clicked);
  startCopying();
  startMenus();
  startKeys({ stop, edit: () => edit(document.querySelector("#turns .turn:last-child:not(.pending)")), running: () => Boolean(running) });
  arrive();
}

// What the page shows first: a question under way, the answer that the address names, or the latest.
function arrive() {
  const pending = document.querySelector("#turns .pending[data-answer]");
  const known = location.hash.slice(1);
  if (pending) resume(pending);
  else if (/^[0-9a-f]{32}$/.test(known) && !document.getElementById(known) && !location.search) {
    location.replace(`?version=${known}#${known}`);
  } else if (!location.hash) scrollTo(document.getElementById("turns").lastElementChild);
  suggest();
}

async function suggest() {
  const shown = document.querySelector("#suggestions[data-awaited]");
  if (!shown) return;
  try {
    const fresh = await page("/suggestions");
    if (shown.isConnected) shown.replaceChildren(...[...fresh.body.children].map((each) => document.adoptNode(each)));
  } catch {
    return; // the page is as good without
  }
}

function submitted(event) {
  event.preventDefault();
  if (running) return void stop();
  const box = form.elements.question;
  const question = event.submitter?.value || box.value.trim();
  if (!question) return;
  const sent = new FormData(form);
  sent.set("question", question);
  if (!event.submitter?.value) box.value = "";
  ask(question, sent);
}

function clicked(event) {
  const link = event.target.closest?.("a[data-edit]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  edit(link.closest(".turn"));
}

function askAgain(turn, sent) {
  if (running) return;
  ask(turn.querySelector(".question").textContent, sent, turn);
}

// The question of a turn in a box of its own, in its place.
function edit(turn) {
  const link = turn?.querySelector("a[data-edit]");
  if (!link || running || turn.querySelector(".edit")) return;
  const question = turn.querySelector(".question");
  const fields = document.getElementById("edit").content.firstElementChild.cloneNode(true);
  const box = fields.elements.question;
  const done = () => {
    fields.remove();
    question.classList.remove("hidden");
  };
  box.value = question.textContent;
  question.classList.add("hidden"); // still the heading of its turn
  question.after(fields);
  box.focus();
  fields.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      done();
      link.focus();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      fields.requestSubmit();
    }
  });
  fields.querySelector("[data-cancel]").addEventListener("click", () => {
    done();
    link.focus();
  });
  fields.addEventListener("submit", (event) => {
    event.preventDefault();
    const sent = new FormData(form);
    sent.set("question", box.value.trim());
    sent.set("edits", link.dataset.edit);
    if (!box.value.trim()) return;
    done();
    ask(sent.get("question"), sent, turn);
  });
}

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// `from`: the turn whose place the answer takes, with all behind it.
async function ask(question, sent, from = null) {
  const id = newId();
  sent.set("id", id);
  const replaced = from ? [from, ...following(from)] : [];
  replaced.forEach((each) => each.remove());
  const turn = begin(question);
  form.elements.question.focus({ preventScroll: true });
  await follow({ id, turn, question, replaced, draft: !from }, (signal) =>
    post("/ask", sent, { headers: { Accept: "text/event-stream" }, signal }),
  );
}

const following = (turn) => {
  const all = [...turn.parentElement.children];
  return all.slice(all.indexOf(turn) + 1);
};

// A question that was under way before this page came.
const resume = (turn) => follow({ id: turn.dataset.answer, turn, question: turn.querySelector(".question").textContent, replaced: [], resumed: true }, (signal) => again(turn.dataset.answer, signal));

const again = (id, signal) => fetch(`/answers/${id}/events`, { headers: { Accept: "text/event-stream" }, signal });

async function follow(mine, first) {
  mine.controller = new AbortController();
  setRunning(mine);
  try {
    await listen(mine, first);
  } catch (error) {
    if (mine.turn.isConnected) fail(mine, error);
  } finally {
    if (running === mine) setRunning(null);
  }
}

// Hears the events to their end, over as many connections as it takes.
async function listen(mine, first) {
  let asked = first;
  for (let tries = 0; tries < TRIES; tries += 1) {
    try {
      const response = await asked(mine.controller.signal);
      if (!response.ok) throw await refused(response, asked !== first);
      for await (const [name, data] of events(response)) {
        tries = 0;
        if (name === "passages" && asked !== first) restart(mine.turn);
        told(mine, name, data);
      }
      if (!mine.turn.isConnected || mine.over) return;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // anything but a connection that dropped
    }
    stateOf(mine.turn, say("reconnecting"));
    await pause(WAITS[Math.min(tries, WAITS.length - 1)], mine.controller.signal);
    asked = (signal) => again(mine.id, signal);
  }
  throw new Error(say("away"));
}

// All sentences come again.
function restart(turn) {
  turn.querySelectorAll(".sentence").forEach((each) => each.remove());
}

async function refused(response, reconnecting) {
  if (response.status === 404 && reconnecting) return new Error(say("lost"));
  const told = await reason(response);
  const seconds = Number(response.headers.get("Retry-After"));
  return new Error(response.status === 503 && seconds ? say("busy", { detail: told, count: seconds }) : told);
}

function pause(ms, signal) {
  return new Promise((done, failed) => {
    const wake = () => {
      clearTimeout(timer);
      window.removeEventListener("online", wake);
      done();
    };
    const timer = setTimeout(wake, ms);
    window.addEventListener("online", wake);
    signal.addEventListener("abort", () => failed(signal.reason), { once: true });
  });
}

function told(mine, name, data) {
  happened(mine.turn, name, data);
  if (name === "passages") history.replaceState(null, "", data.url);
  if (name === "done") {
    mine.over = true;
    if (running === mine) setRunning(null); // the next question need not wait for the connection to close
    form.elements.conversation.value = data.conversation;
    form.elements.question.placeholder = say("ask_on");
    history.replaceState(null, "", data.url);
    tell(say("finished"), { quietly: true });
    refresh(data.url);
  } else if (name === "stopped") {
    throw new DOMException("", "AbortError");
  } else if (name === "problem") {
    mine.over = true;
    throw new Error(data.detail);
  }
}

async function stop() {
  const mine = running;
  if (!mine) return;
  mine.controller.abort();
  setRunning(null);
  try {
    await post(`/answers/${mine.id}/stop`, new FormData(), { redirect: "manual" });
  } catch {
    return; // the server is away, and with it the answer
  }
}

function setRunning(mine) {
  running = mine;
  form.classList.toggle("running", Boolean(mine));
  const button = form.querySelector(".send");
  button.setAttribute("aria-label", say(mine ? "stop" : "ask"));
  button.formNoValidate = Boolean(mine); // to stop needs no question
}

// What went wrong stands in the page; the question in the box again, what it was to replace in its place.
function fail(mine, error) {
  const stopped = error.name === "AbortError";
  const box = form.elements.question;
  const text = stopped ? say("stopped") : error.message;
  if (mine.replaced.length) mine.turn.replaceWith(...mine.replaced);
  else {
    mine.turn.classList.remove("pending");
    stateOf(mine.turn, text, "notice warning");
  }
  if (mine.replaced.length) tell(text);
  if (!mine.replaced.length && !box.value) filled(box, mine.question);
  if (!form.elements.conversation.value) history.replaceState(null, "", "/");
  if (!stopped) refresh(location.href, ["scope"]); // a collection may have another name by now
  if (mine.resumed && stopped) location.replace(form.elements.conversation.value ? location.pathname : "/");
}

// What stands around the turns: the list of conversations, and the head of this one.
async function refresh(url, parts = ["conversations", "head"]) {
  let fresh;
  try {
    fresh = await page(url);
  } catch {
    return; // the next page has it
  }
  for (const id of parts) put(id, fresh.getElementById(id));
}
