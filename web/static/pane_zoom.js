// How large a page is shown: as wide as there is room, or in steps, remembered until the window is closed. On a phone
// whole widths are too small to be read: there a page begins half as large again. A picture is asked for again, larger,
// once what there is of it would not be sharp.

const LEVELS = [50, 75, 100, 125, 150, 200, 250, 300]; // percent of the size on paper
const SCALES = [2, 3, 4]; // pixels a point in which pictures are drawn
const PER_POINT = 96 / 72; // CSS pixels
const TEXT = 1.03; // rem, of letters at 100 percent, as in source.css
const KEYS = { "+": "in", "=": "in", "-": "out", 0: "fit", 1: "100" };
const HALF = 50; // percent, from which a page is read as it fits
const FIT = "fit";
const NAME = "zoom";
const phone = matchMedia("(max-width: 48rem)");

export function startZoom() {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-zoom]");
    if (button) set(button.dataset.zoom);
  });
  const alone = document.querySelector(".bare .source");
  if (!alone) return;
  zoomed(alone);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (!typing && !event.metaKey && !event.ctrlKey && !event.altKey && keyZoom(event.key)) event.preventDefault();
  });
}

// Whether the key was one for this.
export function keyZoom(key) {
  if (!(key in KEYS) || !document.querySelector(".source .zoom")) return false;
  set(KEYS[key]);
  return true;
}

// A source that is shown anew, as large as the last one was.
export function zoomed(source) {
  if (!source.querySelector(".zoom")) return;
  const sheet = source.querySelector(".sheet");
  if (sheet) sheet.style.width = "";
  const level = chosen(source);
  for (const each of source.querySelectorAll(".text")) each.style.fontSize = level ? `${(TEXT * level) / 100}rem` : "";
  const picture = sheet?.querySelector("img");
  if (sheet) sheet.style.width = level ? `${(Number(picture.dataset.points) * PER_POINT * level) / 100}px` : "";
  const told = source.querySelector(".zoom output");
  told.textContent = level ? `${level} %` : told.dataset.fit;
  if (picture) sharpen(picture);
}

function set(to) {
  const source = document.querySelector("#pane:not([hidden]) .source, .bare .source");
  if (!source) return;
  const now = chosen(source) ?? seen(source);
  const next = { fit: FIT, 100: 100, in: LEVELS.find((each) => each > now + 1) ?? LEVELS.at(-1), out: LEVELS.findLast((each) => each < now - 1) ?? LEVELS[0] }[to];
  remember(next);
  zoomed(source);
}

// The level, or none where it is to fit.
function chosen(source) {
  const kept = remembered();
  if (kept !== null) return kept === FIT ? null : kept;
  const fits = seen(source);
  return phone.matches && fits < HALF ? LEVELS.find((each) => each >= fits * 1.5) : null;
}

// The level of what is shown.
function seen(source) {
  const sheet = source.querySelector(".sheet");
  if (!sheet?.clientWidth) return 100;
  return (sheet.clientWidth / (Number(sheet.querySelector("img").dataset.points) * PER_POINT)) * 100;
}

function sharpen(picture) {
  const has = Number(picture.dataset.scale ?? SCALES[0]);
  const shown = picture.getBoundingClientRect().width * devicePixelRatio;
  const needed = SCALES.find((each) => each * Number(picture.dataset.points) >= shown * 0.95) ?? SCALES.at(-1);
  if (needed <= has) return;
  picture.dataset.scale = needed;
  const larger = new Image();
  larger.src = `${picture.getAttribute("src").split("?")[0]}?scale=${needed}`;
  larger.decode().then(
    () => {
      if (picture.dataset.scale === String(needed)) picture.src = larger.src;
    },
    () => {}, // the one that is there will do
  );
}

function remembered() {
  const kept = storage()?.getItem(NAME);
  return kept === FIT ? FIT : LEVELS.includes(Number(kept)) ? Number(kept) : null;
}

function remember(level) {
  storage()?.setItem(NAME, String(level));
}

function storage() {
  try {
    return sessionStorage;
  } catch {
    return null; // a browser that keeps nothing
  }
}
