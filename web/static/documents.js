// The documents page: files go up one after the other with their progress, and the list keeps itself current.

import { page, parse, renewToken } from "./net.js";

const SECOND = 1000;
const IDLE = 10; // looks that are left out while nothing is under way; a sync may begin at any time
const form = document.getElementById("upload");
let address = location.href;
let typing = 0;
let since = null; // the server's time when the present batch began, by which its progress is counted
let coming = 0; // files that are still to be sent
let looks = 0;

export function start() {
  if (!form) return;
  const input = form.elements.files;
  input.required = false;
  input.addEventListener("change", () => {
    uploadAll([...input.files]);
    form.elements.files.value = "";
  });
  // Anywhere on the page, because a browser leaves for a file that is dropped beside the zone.
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => hover(event, true));
  for (const name of ["dragleave", "drop"]) document.addEventListener(name, (event) => hover(event, false));
  document.addEventListener("drop", (event) => uploadAll([...event.dataTransfer.files]));
  document.addEventListener("input", (event) => event.target.id === "filter" && filter(event.target.value));
  document.addEventListener("click", confirmDelete);
  document.addEventListener("click", turn);
  window.addEventListener("beforeunload", (event) => coming && event.preventDefault());
  if (busy()) since = now();
  setInterval(watch, SECOND);
}

function hover(event, over) {
  event.preventDefault();
  form.classList.toggle("over", over);
}

async function uploadAll(files) {
  if (!busy() && !coming) since = now();
  coming += files.length;
  const rows = files.map(addRow);
  for (const [n, file] of files.entries()) {
    await upload(file, rows[n]);
    coming -= 1;
    await refresh();
  }
}

const library = () => document.getElementById("library");
const busy = () => Number(library().dataset.busy);
const now = () => library().dataset.now;
const syncing = () => document.querySelector(".sources [data-running]");

function addRow(file) {
  const row = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
  row.querySelector(".upload-name").textContent = file.name;
  row.querySelector(".upload-state").textContent = "Waiting";
  document.getElementById("uploads").prepend(row);
  return row;
}

async function upload(file, row) {
  if (file.size > Number(form.dataset.max)) return refuse(row, "Larger than the limit. Split it, or raise FOOTNOTE_MAX_UPLOAD_MB.");
  try {
    let answer = await sendInTurn(file, row);
    if (answer.status === 403) {
      await renewToken();
      answer = await sendInTurn(file, row);
    }
    const page = parse(answer.body);
    if (answer.status !== 200) return refuse(row, page.querySelector(".detail").textContent);
    const told = page.querySelector("#uploads li");
    row.className = told.className;
    row.replaceChildren(...[...told.children].map((each) => document.adoptNode(each)));
  } catch (error) {
    refuse(row, error.message);
  }
}

// Sends again for as long as the server says that too many come at once or wait to be read.
async function sendInTurn(file, row) {
  for (;;) {
    const answer = await send(file, row);
    if (answer.status !== 429) return answer;
    row.querySelector("progress").value = 0;
    row.querySelector(".upload-state").textContent = "Waiting until others have been read";
    await new Promise((resolve) => setTimeout(resolve, (Number(answer.wait) || 5) * SECOND));
    await refresh();
  }
}

// XMLHttpRequest, because fetch does not tell how much has been sent.
function send(file, row) {
  const body = new FormData();
  body.set("csrf", document.querySelector('meta[name="csrf-token"]').content);
  body.set("collection", form.elements.collection.value);
  body.set("files", file);
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = (event) => progress(row, event.loaded / event.total);
    request.onload = () => resolve({ status: request.status, body: request.responseText, wait: request.getResponseHeader("Retry-After") });
    request.onerror = () => reject(new Error("The connection broke. Is the server still running?"));
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(body);
  });
}

function progress(row, share) {
  row.querySelector("progress").value = share;
  row.querySelector(".upload-state").textContent = share < 1 ? `${Math.round(share * 100)} %` : "Storing";
}

function refuse(row, text) {
  row.className = "refused";
  row.querySelector("progress").remove();
  row.querySelector(".upload-state").textContent = text;
}

function watch() {
  looks += 1;
  if (!document.hidden && (busy() || syncing() || looks % IDLE === 0)) refresh();
}

// Another state or page of the list, without leaving: files may still be on their way.
function turn(event) {
  const link = event.target.closest("#library :is(.states, .turner) a");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show(link.href);
}

function show(url) {
  address = url;
  history.replaceState(null, "", address);
  refresh();
}

function filter(words) {
  clearTimeout(typing);
  typing = setTimeout(() => {
    const state = new URL(address, location.href).searchParams.get("state");
    show(`/documents?${new URLSearchParams({ ...(words && { q: words }), ...(state && { state }) })}`);
  }, 150);
}

// Only what differs is exchanged, so that focus, the open dialog and the filter's caret stay.
async function refresh() {
  const asked = address;
  let fresh;
  try {
    fresh = await page(counting(asked));
  } catch {
    return; // the server is away; the next look may find it
  }
  const told = fresh.getElementById("library");
  if (!told || asked !== address) return;
  const list = library();
  if (since === null && Number(told.dataset.busy)) since = told.dataset.now;
  Object.assign(list.dataset, told.dataset);
  exchangeSources(fresh);
  for (const part of [".count", ".states", ".batch"]) exchange(list, told, part);
  exchangeBody(list, told);
}

// The address with what the progress of the batch is counted by.
function counting(asked) {
  const url = new URL(asked, location.href);
  if (since) url.searchParams.set("since", since);
  url.searchParams.set("coming", coming);
  url.hash = "";
  return url.href;
}

function exchange(list, told, selector) {
  const [old, fresh] = [list.querySelector(selector), told.querySelector(selector)];
  if (old.innerHTML !== fresh.innerHTML) old.replaceWith(document.adoptNode(fresh));
}

// Each source whose sync has come further; what failed stays folded out.
function exchangeSources(told) {
  for (const fresh of told.querySelectorAll(".sources li[id]")) {
    const old = document.getElementById(fresh.id);
    const open = old?.querySelector("details")?.open;
    if (open) fresh.querySelector("details")?.setAttribute("open", "");
    if (old && old.innerHTML !== fresh.innerHTML) old.replaceWith(document.adoptNode(fresh));
  }
}

function exchangeBody(list, told) {
  const [old, fresh] = [list, told].map((each) => [...each.children].filter((child) => !child.matches(".list-head")));
  if (old.map((each) => each.outerHTML).join() === fresh.map((each) => each.outerHTML).join()) return;
  if (old.length === 1 && fresh.length === 1 && sameRows(old[0], fresh[0])) return;
  for (const each of old) each.remove();
  list.append(...fresh.map((each) => document.adoptNode(each)));
}

// Exchanges single rows where both tables list the same documents in the same order.
function sameRows(old, fresh) {
  if (!old.tBodies || !fresh.tBodies) return false;
  const [before, after] = [[...old.tBodies[0].rows], [...fresh.tBodies[0].rows]];
  if (before.map((row) => row.id).join() !== after.map((row) => row.id).join()) return false;
  before.forEach((row, n) => row.innerHTML !== after[n].innerHTML && row.replaceWith(document.adoptNode(after[n])));
  return true;
}

async function confirmDelete(event) {
  const dialog = document.getElementById("confirm");
  if (event.target.closest("[data-cancel]") && dialog.open) {
    event.preventDefault();
    dialog.close();
  }
  const link = event.target.closest("a[data-confirm]");
  if (!link) return;
  event.preventDefault();
  const told = (await page(link.href)).querySelector(".confirm, .error");
  dialog.replaceChildren(document.adoptNode(told));
  dialog.showModal();
}
