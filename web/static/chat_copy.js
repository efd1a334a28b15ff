// An answer on the clipboard, as text and as HTML, with its footnotes and where they stand; and the link to it.

import { tell } from "./chat_turn.js";
import { say } from "./words.js";

export function startCopying() {
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest?.("[data-copy]");
    const link = event.target.closest?.("a[data-copy-link]");
    if (link && (event.metaKey || event.ctrlKey || event.shiftKey)) return;
    if (!copy && !link) return;
    event.preventDefault();
    try {
      if (copy) await written(told(copy.closest(".turn")));
      else await navigator.clipboard.writeText(link.href);
      tell(say(copy ? "copied" : "link_copied"));
    } catch {
      if (link) location.hash = link.hash;
      tell(say("not_copied"));
    }
  });
}

const written = ({ text, html }) =>
  navigator.clipboard.write([
    new ClipboardItem({
      "text/plain": new Blob([text], { type: "text/plain" }),
      "text/html": new Blob([html.outerHTML], { type: "text/html" }),
    }),
  ]);

const trimmed = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";

// The question, the answer with [1], and each footnote: its document, its place, what it quotes, where it opens.
function told(turn) {
  const question = trimmed(turn.querySelector(".question"));
  const said = laidOut([...turn.querySelectorAll(".sentence")]) || trimmed(turn.querySelector(".notice"));
  const notes = [...turn.querySelectorAll(".card")].map(note);
  const lines = notes.map((each) => `${each.number ? `[${each.number}] ` : ""}${each.title}, ${each.where}: “${each.quote}”\n${each.url}`);
  const html = made("div", made("p", made("strong", question)), made("p", ...inLines(said)), made("ul", ...notes.map(item)));
  return { text: [question, said, ...lines].join("\n\n"), html };
}

// Sentences in a row; an item of a list in a line of its own.
const laidOut = (spans) =>
  spans.reduce((text, span, at) => {
    const turns = span.matches(".item") || spans[at - 1]?.matches(".item");
    return text + (at ? (turns ? "\n" : " ") : "") + sentence(span);
  }, "");

const inLines = (text) => text.split("\n").flatMap((line, at) => (at ? [made("br"), line] : [line]));

function sentence(span) {
  const plain = span.cloneNode(true);
  plain.querySelectorAll(".sound").forEach((each) => each.remove());
  plain.querySelectorAll("sup").forEach((each) => each.replaceWith(`[${each.textContent}]`));
  plain.querySelectorAll(".doubt").forEach((each) => each.replaceWith(` (${each.textContent})`));
  return trimmed(plain);
}

const note = (card) => ({
  number: trimmed(card.querySelector(".number")),
  title: trimmed(card.querySelector(".card-title")),
  where: trimmed(card.querySelector(".where")),
  quote: trimmed(card.querySelector(".excerpt")),
  url: card.href,
});

function item(each) {
  const link = made("a", each.title);
  link.href = each.url;
  return made("li", each.number ? `[${each.number}] ` : "", link, `, ${each.where}: “${each.quote}”`);
}

function made(tag, ...parts) {
  const element = document.createElement(tag);
  element.append(...parts);
  return element;
}
