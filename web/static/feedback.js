// What a reader says of an answer is kept without leaving the page, and told in a live region.

import { parse, post, reason } from "./net.js";
import { say } from "./words.js";

export function start() {
  document.addEventListener("submit", (event) => event.target.matches("[data-feedback]") && send(event));
}

async function send(event) {
  event.preventDefault();
  const place = event.target.closest(".feedback");
  const status = place.querySelector("[role=status]");
  const sent = new FormData(event.target, event.submitter);
  sent.set("part", "yes");
  try {
    const response = await post("/feedback", sent);
    if (!response.ok) throw new Error(await reason(response));
    const told = parse(await response.text()).querySelector(".feedback");
    const chosen = sent.get("verdict");
    place.querySelector(".feedback-body").replaceWith(document.adoptNode(told.querySelector(".feedback-body")));
    status.textContent = told.querySelector("[role=status]").textContent; // the element stays, so that it is read out
    focus(place, chosen, sent.has("reason"));
  } catch (error) {
    status.textContent = error instanceof TypeError ? say("away") : error.message;
  }
}

// Where a reader goes on: to the reasons of what was just called bad, else to the thumb that was pressed.
function focus(place, chosen, reasoned) {
  const [good, bad] = place.querySelectorAll(".thumb");
  const asked = place.querySelector(".why[open] input[type=radio]");
  if (asked && !reasoned) {
    asked.focus({ preventScroll: true });
    asked.closest(".why").scrollIntoView({ block: "nearest" });
  } else if (chosen === "good") good.focus();
  else bad.focus();
}
