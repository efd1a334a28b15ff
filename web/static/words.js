// What scripts say stands in the page, in the reader's language, and is filled in here.

const words = () => document.getElementById("words").content;

// `values` fill {blanks}; with a `count` other than 1 the text for many is taken.
export function say(name, values = {}) {
  const told = words().querySelector(`[data-word="${name}"]`);
  const text = "count" in values && values.count !== 1 ? told.dataset.many : told.textContent;
  return text.replace(/\{(\w+)\}/g, (blank, key) => values[key] ?? blank);
}
