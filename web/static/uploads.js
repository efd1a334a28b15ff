// Files on their way to the server, one after the other: some thousand of them, over a connection that may break.
// What arrived before it broke is known by its content, so sending a file once more does no harm.

import { renewToken, parse } from "./net.js";
import { chosen, dropped } from "./dropped.js";
import { say } from "./words.js";

const SECOND = 1000;
const ROWS = 50; // that are shown; the rest is told in numbers
const SLOWEST = 30; // seconds between two tries to reach the server
const BROKEN = 0; // the status of an answer that did not come
const form = document.getElementById("upload");
const box = document.getElementById("sending");
const list = document.getElementById("uploads");
let waiting = [];
let failed = []; // to be sent again if somebody wants that
let sending = null; // the request under way
let working = false;
let count = empty();
let watcher = null; // { begun, ended }: what is done before and after files are sent

function empty() {
  return { all: 0, done: 0, taken: 0, here: 0, failed: 0, unsent: 0, bytes: 0, sent: 0, began: 0, paused: 0 };
}

// Files that are still to be sent.
export const coming = () => waiting.length + (sending ? 1 : 0);

export function start(given) {
  watcher = given;
  const input = form.elements.files;
  input.required = false;
  input.addEventListener("change", () => {
    add(chosen(input.files));
    input.value = "";
  });
  offerFolders();
  // Anywhere on the page, because a browser leaves for a file that is dropped beside the zone.
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => hover(event, true));
  for (const name of ["dragleave", "drop"]) document.addEventListener(name, (event) => hover(event, false));
  document.addEventListener("drop", async (event) => add(await dropped(event.dataTransfer)));
  window.addEventListener("beforeunload", (event) => coming() && event.preventDefault());
  box.querySelector("[data-stop]").addEventListener("click", stop);
  box.querySelector("[data-resend]").addEventListener("click", again);
  box.querySelector("[data-close]").addEventListener("click", close);
}

function offerFolders() {
  const button = document.getElementById("choose-folder");
  const input = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true, multiple: true });
  button.hidden = false;
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add(chosen(input.files));
    input.value = "";
  });
}

function hover(event, over) {
  if (!event.dataTransfer) return;
  event.preventDefault();
  form.classList.toggle("over", over);
}

function add(files) {
  box.hidden = false;
  if (!files.length) return tell(say("upload_none"));
  form.classList.add("small"); // room for what is to be watched
  if (!working) count = { ...empty(), began: Date.now() };
  watcher.begun();
  const items = files.map((each) => ({ ...each, shelf: form.elements.collection.value }));
  waiting.push(...items);
  count.all += items.length;
  count.bytes += items.reduce((sum, { file }) => sum + Math.max(0, file.size), 0);
  for (const item of items.slice(0, Math.max(0, ROWS - list.children.length))) item.row = addRow(item);
  if (!working) work();
}

async function work() {
  working = true;
  buttons();
  while (waiting.length) {
    const item = waiting.shift();
    item.row ??= addRow(item);
    sending = item;
    await upload(item);
    sending = null;
    count.done += 1;
    count.sent += Math.max(0, item.file.size);
    summarise();
  }
  working = false;
  buttons();
  summarise();
  watcher.ended();
}

function addRow({ file, path }) {
  const row = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
  row.querySelector("bdi").textContent = path || file.name;
  row.querySelector("progress").setAttribute("aria-label", path || file.name);
  row.querySelector(".upload-state").textContent = say("upload_waits");
  list.append(row);
  for (const old of [...list.children]) {
    if (list.children.length <= ROWS) break;
    if (old.matches(".done, .refused")) old.remove();
  }
  return row;
}

async function upload(item) {
  if (item.file.size < 0) return refuse(item, say("upload_unreadable"));
  if (item.file.size > Number(form.dataset.max)) return refuse(item, say("upload_too_large"));
  const answer = await sent(item);
  if (answer === null) return leave(item);
  const page = parse(answer.body);
  const told = page.querySelector("li");
  if (answer.status !== 200 || !told) return refuse(item, page.querySelector(".detail")?.textContent ?? say("unclear", { status: answer.status }));
  item.row.className = told.className;
  item.row.replaceChildren(...[...told.children].map((each) => document.adoptNode(each)));
  if (told.matches(".refused")) note(item);
  else if (["same", "unchanged"].includes(told.dataset.arrival)) count.here += 1;
  else taken(item);
}

// What was taken in stands in the list of documents, where it is watched being read.
function taken({ row }) {
  count.taken += 1;
  row.remove();
}

// The server's answer, however long it takes to get one; null where somebody stopped it.
async function sent(item) {
  let tries = 0;
  for (;;) {
    const answer = await send(item);
    if (item.stopped) return null;
    if (answer.status === 403 && !item.renewed) {
      item.renewed = true;
      await renewToken().catch(() => {});
    } else if (answer.status === 429) {
      await pause(item, say("upload_crowded"), Number(answer.wait) || 5);
    } else if (answer.status === BROKEN || [502, 503, 504].includes(answer.status)) {
      if (answer.status === BROKEN && !(await readable(item.file))) return { status: 400, body: unreadable() };
      await pause(item, say("upload_offline"), Math.min(SLOWEST, 2 ** tries));
      tries += 1;
    } else {
      return answer;
    }
    if (item.stopped) return null;
  }
}

function unreadable() {
  const detail = document.createElement("p");
  detail.className = "detail";
  detail.textContent = say("upload_unreadable");
  return detail.outerHTML;
}

// A file that was changed or taken away since it was chosen breaks a request like a lost connection does.
async function readable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

// Waits some seconds, or until the connection is back or somebody stops it.
async function pause(item, text, seconds) {
  const began = Date.now();
  item.row.querySelector("progress").value = 0;
  item.row.querySelector(".upload-state").textContent = text;
  tell(`${progressWords()} · ${text}`);
  await new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * SECOND);
    window.addEventListener("online", done);
    item.wake = done;
  });
  count.paused += Date.now() - began;
}

// XMLHttpRequest, because fetch does not tell how much has been sent.
function send(item) {
  const body = new FormData();
  body.set("csrf", document.querySelector('meta[name="csrf-token"]').content);
  body.set("collection", item.shelf);
  body.set("path", item.path);
  body.set("brief", "1");
  body.set("files", item.file);
  const request = new XMLHttpRequest();
  item.request = request;
  return new Promise((resolve) => {
    request.upload.onprogress = (event) => progress(item, event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: request.responseText, wait: request.getResponseHeader("Retry-After") });
    request.onerror = request.onabort = () => resolve({ status: BROKEN, body: "" });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(body);
  });
}

function progress(item, share) {
  item.row.querySelector("progress").value = share;
  item.row.querySelector(".upload-state").textContent = share < 1 ? `${Math.round(share * 100)} %` : say("upload_storing");
  summarise(share * Math.max(0, item.file.size));
}

function refuse(item, text) {
  end(item, text);
  note(item);
}

function end(item, text) {
  item.row.className = "refused";
  item.row.querySelector("progress")?.remove();
  item.row.querySelector(".upload-state").textContent = text;
}

function leave(item) {
  count.unsent += 1;
  end(item, say("upload_stopped"));
  failed.push(item);
}

function note(item) {
  count.failed += 1;
  failed.push(item);
}

function stop() {
  for (const item of waiting.splice(0)) {
    count.done += 1;
    count.unsent += 1;
    if (item.row) end(item, say("upload_stopped"));
    failed.push(item);
  }
  if (!sending) return;
  sending.stopped = true;
  sending.request?.abort();
  sending.wake?.();
}

// What failed, from the beginning; rows of theirs that are shown give way to new ones.
function again() {
  const items = failed.splice(0);
  for (const { row } of items) row?.remove();
  box.focus();
  add(items.map(({ file, path }) => ({ file, path })));
}

function close() {
  list.replaceChildren();
  failed = [];
  box.hidden = true;
  form.querySelector("input[type=file]").focus();
}

function buttons() {
  const [stopping, trying, closing] = ["stop", "resend", "close"].map((name) => box.querySelector(`[data-${name}]`));
  const held = box.contains(document.activeElement);
  stopping.hidden = !working;
  trying.hidden = working || !failed.length;
  closing.hidden = working;
  if (held && document.activeElement.hidden) box.focus();
}

function summarise(now = 0) {
  const share = count.bytes ? (count.sent + now) / count.bytes : count.done / (count.all || 1);
  Object.assign(box.querySelector("progress"), { value: share, hidden: !working });
  tell(working ? progressWords(share) : overWords());
}

function progressWords(share = 0) {
  const spent = (Date.now() - count.began - count.paused) / SECOND;
  const left = share > 0.02 && spent > 2 && coming() > 1 ? [time((spent / share) * (1 - share))] : [];
  const named = { done: number(count.done), all: number(count.all) };
  return [say("upload_progress", named), ...counted("upload_here", count.here), ...counted("upload_failed", count.failed), ...left].join(" · ");
}

function overWords() {
  const told = [["upload_over", count.taken], ["upload_here", count.here], ["upload_failed", count.failed], ["upload_left", count.unsent]];
  return told.flatMap(([name, n]) => counted(name, n)).join(" · ");
}

const counted = (name, n) => (n ? [say(name, { count: n }).replace(String(n), number(n))] : []);
const number = (n) => n.toLocaleString(document.documentElement.lang);

function time(seconds) {
  if (seconds >= 5400) return say("left_hours", { n: Math.round(seconds / 3600) });
  if (seconds >= 90) return say("left_minutes", { n: Math.round(seconds / 60) });
  return say("left_seconds", { n: Math.max(1, Math.round(seconds)) });
}

// Seldom enough that a screen reader is not drowned in it.
let told = 0;
let later = 0;
function tell(text) {
  clearTimeout(later);
  const write = () => {
    told = Date.now();
    box.querySelector(".sending-told").textContent = text;
  };
  if (!working || Date.now() - told > SECOND) write();
  else later = setTimeout(write, SECOND);
}
