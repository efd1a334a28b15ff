// Menus that close by themselves, what asks before it acts, where is looked, and printing.

import { page } from "./net.js";
import { say } from "./words.js";

let latest = 0; // of the questions before something is done
const menus = () => document.querySelectorAll("#chat details.menu[open]");

export function startMenus() {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    for (const menu of menus()) {
      event.preventDefault(); // it stops nothing else
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  }, true);
  document.addEventListener("change", named);
}

function clicked(event) {
  for (const menu of menus()) if (!menu.contains(event.target) || event.target.closest("a, button")) menu.open = false;
  const dialog = document.getElementById("ask-first");
  if (event.target.closest("[data-cancel]") && dialog.open) {
    event.preventDefault();
    dialog.close();
  }
  const link = event.target.closest("a[data-ask-first]");
  if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
    event.preventDefault();
    askFirst(dialog, link);
  }
  if (event.target.closest("[data-print]")) window.print();
}

async function askFirst(dialog, link) {
  const mine = ++latest;
  let told;
  try {
    told = (await page(link.href)).querySelector(".confirm, .error");
  } catch {
    if (mine === latest) location.href = link.href; // tells what is wrong
    return;
  }
  if (mine !== latest) return; // something else was wanted meanwhile
  dialog.replaceChildren(document.adoptNode(told));
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.replaceChildren(), { once: true });
}

function named(event) {
  const scope = event.target.closest("#scope");
  if (!scope) return;
  const chosen = [...scope.querySelectorAll("input:checked")].map((each) => each.value);
  scope.querySelector(".scope-names").textContent = chosen.join(", ") || say("everywhere");
}
