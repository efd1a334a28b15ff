// The documents page keeps itself current: the list, what can be undone, and what is chosen in it.

import { inOrder, oneAtATime, page, post, parse } from "./net.js";
import { coming, start as startUploads } from "./uploads.js";
import { say } from "./words.js";

const SECOND = 1000;
const IDLE = 10; // looks that are left out while nothing is under way; a sync may begin at any time
const chosen = new Set(); // ids of documents, which may stand on other pages of the list
let address = location.href;
let typing = 0;
let since = null; // the server's time when the present batch began, by which its progress is counted
let looks = 0;
let confirmed = 0; // of the questions before something is deleted
const look = inOrder();

const library = () => document.getElementById("library");
const busy = () => Number(library().dataset.busy);
const now = () => library().dataset.now;
const ticks = () => [...library().querySelectorAll('tbody input[name="id"]')];

export function start() {
  if (sources()) return setInterval(oneAtATime(watchSources), SECOND);
  if (!library()) return;
  startUploads({ begun: () => !busy() && !coming() && (since = now()), ended: refresh });
  document.addEventListener("input", (event) => event.target.id === "filter" && filter());
  document.addEventListener("change", changed);
  document.addEventListener("click", confirmDelete);
  document.addEventListener("click", turn);
  document.addEventListener("submit", submitted);
  if (busy()) since = now();
  mark();
  setInterval(oneAtATime(watch), SECOND);
  window.addEventListener("online", refresh);
  document.addEventListener("visibilitychange", () => !document.hidden && refresh()); // hidden, it did not look
}

async function watch() {
  looks += 1;
  if (!document.hidden && (busy() || coming() || looks % IDLE === 0)) await refresh();
}

// Another state or page of the list, without leaving: files may still be on their way.
function turn(event) {
  const link = event.target.closest("#library :is(.states, .turner, .nothing) a");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (link.matches(".turner a")) library().scrollIntoView();
  show(link.href);
}

function show(url) {
  address = url;
  history.replaceState(null, "", address);
  library().setAttribute("aria-busy", "true");
  return refresh();
}

function filter() {
  clearTimeout(typing);
  typing = setTimeout(narrow, 150);
}

function narrow() {
  const told = [...new FormData(document.getElementById("narrow"))].filter(([, value]) => value);
  const asked = new URLSearchParams(told);
  chosen.clear();
  show(`/documents${told.length ? "?" : ""}${asked}`);
}

// Only what differs is exchanged, so that focus, the open dialog and the filter's caret stay.
async function refresh() {
  const asked = address;
  const isNews = look();
  let fresh;
  try {
    fresh = await page(counting(asked));
  } catch {
    return away(true); // the next look may find the server
  }
  away(false);
  if (asked === address && isNews()) exchangeAll(fresh);
}

function exchangeAll(fresh) {
  const told = fresh.getElementById("library");
  if (!told) return;
  const list = library();
  if (since === null && Number(told.dataset.busy)) since = told.dataset.now;
  Object.assign(list.dataset, told.dataset);
  list.removeAttribute("aria-busy");
  for (const part of [".count", ".states", ".batch", ".bulk-told"]) exchange(list, told, part);
  for (const name of ["did", "q", "state", "collection", "kind", "sort"]) exchangeField(list, told, name);
  library().querySelector(".bulk").hidden = told.querySelector(".bulk").hidden;
  exchangeNotices(fresh);
  exchangeBody(list, told);
  mark();
}

// Whether the server can be reached is told once, and taken back when it can.
function away(gone) {
  const note = document.getElementById("list-away");
  if (!gone) return note?.remove();
  if (note || !library()) return undefined;
  library().removeAttribute("aria-busy");
  const made = Object.assign(document.createElement("p"), { id: "list-away", className: "notice warning", textContent: say("list_away") });
  return document.getElementById("notices").append(made);
}

// The address with what the progress of the batch is counted by.
function counting(asked) {
  const url = new URL(asked, location.href);
  if (since) url.searchParams.set("since", since);
  url.searchParams.set("coming", coming());
  url.hash = "";
  return url.href;
}

function exchange(list, told, selector) {
  const [old, fresh] = [list.querySelector(selector), told.querySelector(selector)];
  if (old.innerHTML === fresh.innerHTML) return;
  const held = old.contains(document.activeElement) && document.activeElement;
  if (held && !held.href) return; // in the middle of being used
  old.replaceWith(document.adoptNode(fresh));
  if (held) [...fresh.querySelectorAll("a")].find((each) => each.href === held.href)?.focus();
}

// What part of the list the form for many documents was sent from.
function exchangeField(list, told, name) {
  const [form, from] = [list, told].map((each) => each.querySelector(".bulk"));
  form.querySelector(`input[type="hidden"][name="${name}"]`)?.remove();
  const field = from.querySelector(`input[type="hidden"][name="${name}"]`);
  if (field) form.prepend(document.adoptNode(field));
}

// What was just done stays until the next thing is; what can be undone comes and goes as the server says.
function exchangeNotices(fresh) {
  const [old, told] = [document, fresh].map((each) => each.querySelector(".removals"));
  const ids = (box) => [...box.querySelectorAll(".undo")].map((each) => each.id).join();
  if (ids(old) === ids(told)) return;
  const held = old.contains(document.activeElement);
  if (old.querySelector("details")?.open) told.querySelector("details")?.setAttribute("open", "");
  old.replaceWith(document.adoptNode(told));
  if (held) document.getElementById("notices").focus();
}

function exchangeBody(list, told) {
  const [old, fresh] = [list, told].map((each) => [...each.children].filter((child) => !child.matches(".list-head")));
  if (old.map((each) => each.outerHTML).join() === fresh.map((each) => each.outerHTML).join()) return;
  if (old.length === 1 && fresh.length === 1 && sameRows(old[0], fresh[0])) return;
  const held = list.contains(document.activeElement) && document.activeElement.closest("tr")?.id;
  for (const each of old) each.remove();
  list.querySelector(".bulk").before(...fresh.map((each) => document.adoptNode(each)));
  if (held) document.getElementById(held)?.querySelector("input, a")?.focus();
}

// Exchanges single rows where both tables list the same documents in the same order.
function sameRows(old, fresh) {
  if (!old.tBodies || !fresh.tBodies) return false;
  const [before, after] = [[...old.tBodies[0].rows], [...fresh.tBodies[0].rows]];
  if (before.map((row) => row.id).join() !== after.map((row) => row.id).join()) return false;
  before.forEach((row, n) => row.innerHTML !== after[n].innerHTML && exchangeRow(row, after[n]));
  return true;
}

function exchangeRow(row, fresh) {
  const held = row.contains(document.activeElement) && [...row.querySelectorAll("a, input")].indexOf(document.activeElement);
  row.replaceWith(document.adoptNode(fresh));
  if (held !== false) fresh.querySelectorAll("a, input")[held]?.focus();
}

// -- many documents ---------------------------------------------------------------------------------------

function changed(event) {
  const { target } = event;
  if (target.form?.id === "narrow" && target.id !== "filter") return narrow();
  if (target.id === "all-here") ticks().forEach((each) => choose(each.value, target.checked));
  else if (target.matches('tbody input[name="id"]')) choose(target.value, target.checked);
  else if (!target.matches('.bulk input[name="all"]')) return undefined;
  return mark();
}

const choose = (id, wanted) => (wanted ? chosen.add(id) : chosen.delete(id));

// Shows what is chosen: in the rows, at the head of the table, and in the bar of what can be done with it.
function mark() {
  const here = ticks();
  const every = library().querySelector('.bulk input[name="all"]')?.checked ?? false;
  for (const each of here) {
    each.checked = every || chosen.has(each.value);
    each.disabled = every;
    each.closest("tr").classList.toggle("picked", each.checked);
  }
  const head = document.getElementById("all-here");
  if (head) {
    const ticked = here.filter((each) => each.checked).length;
    Object.assign(head, { checked: ticked === here.length, indeterminate: ticked > 0 && ticked < here.length, disabled: every });
    head.closest("label").hidden = false;
  }
  const bar = library().querySelector(".bulk");
  bar.classList.toggle("some", every || chosen.size > 0);
  const text = every ? say("chosen_all") : say("chosen", { count: chosen.size });
  const told = bar.querySelector(".bulk-count");
  if (told.textContent !== text) told.textContent = text;
}

async function submitted(event) {
  const form = event.target;
  if (!form.matches("#bulk, .undo, dialog .confirm")) {
    if (form.id === "narrow") event.preventDefault(), narrow();
    return;
  }
  event.preventDefault();
  const sent = new FormData(form, event.submitter);
  if (form.id === "bulk") fill(sent);
  form.closest("dialog")?.close();
  let response;
  try {
    response = await post(form.action, sent, { headers: { Accept: "text/html" } });
  } catch {
    return away(true);
  }
  done(parse(await response.text()), response);
}

// Chosen documents that stand on other pages of the list go with those that stand here.
function fill(sent) {
  if (sent.has("all")) return;
  sent.delete("id");
  for (const id of chosen) sent.append("id", id);
}

// The page that came back says what was done, or why not.
function done(told, response) {
  const box = document.getElementById("notices");
  for (const old of box.querySelectorAll(":scope > p")) old.remove();
  const said = told.querySelector("#notices > p");
  const wrong = told.querySelector(".detail");
  if (said) box.prepend(document.adoptNode(said));
  if (response.ok) {
    look()(); // what was asked for before this was done is no news
    chosen.clear();
    const all = library().querySelector('.bulk input[name="all"]');
    if (all) all.checked = false;
    mark();
    exchangeNotices(told);
    refresh();
  } else {
    box.prepend(Object.assign(document.createElement("p"), { className: "notice failure", textContent: wrong?.textContent ?? say("unclear", { status: response.status }) }));
  }
  box.focus();
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
  const mine = ++confirmed;
  let told;
  try {
    told = (await page(link.href)).querySelector(".confirm, .error");
  } catch {
    return away(true);
  }
  if (mine !== confirmed) return; // another was to be deleted meanwhile
  dialog.replaceChildren(document.adoptNode(told));
  dialog.showModal();
}

// -- sources ----------------------------------------------------------------------------------------------

const sources = () => document.getElementById("sources");

async function watchSources() {
  looks += 1;
  if (document.hidden || !(sources().querySelector("[data-running]") || looks % IDLE === 0)) return;
  try {
    exchangeSources(await page(location.href));
  } catch {
    // the server is away; the next look may find it
  }
}

// Each source whose sync has come further; what failed stays folded out, and what is focused stays so.
function exchangeSources(told) {
  for (const fresh of told.querySelectorAll(".sources li[id]")) {
    const old = document.getElementById(fresh.id);
    if (!old) continue;
    const open = old.querySelector("details")?.open;
    if (open) fresh.querySelector("details")?.setAttribute("open", "");
    if (old.innerHTML === fresh.innerHTML) continue;
    const held = [...old.querySelectorAll("button, summary")].indexOf(document.activeElement);
    old.replaceWith(document.adoptNode(fresh));
    if (held >= 0) fresh.querySelectorAll("button, summary")[held]?.focus();
  }
}
