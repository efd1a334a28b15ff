// The keys of the conversation; the dialog behind "?" lists them.

export function startKeys({ stop, edit, running }) {
  const box = document.getElementById("question");
  const help = document.getElementById("keys");
  const show = () => help.open || help.showModal();
  document.querySelector("[data-help]").addEventListener("click", show);
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const wanted = meant(event, box, running());
    if (!wanted) return;
    event.preventDefault();
    ({ focus: () => box.focus(), help: show, stop, edit })[wanted]();
  });
}

function meant(event, box, running) {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return "focus";
  if (event.key === "Escape" && running) return "stop";
  if (event.key === "ArrowUp" && plain && event.target === box && !box.value && !running) return "edit";
  if (typing || !plain) return "";
  return { "/": "focus", "?": "help" }[event.key] ?? "";
}
