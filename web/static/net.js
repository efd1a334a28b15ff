// Requests to our own server: changes carry the page's token, which is fetched anew once if the server restarted.

import { localise } from "./times.js";
import { say } from "./words.js";

const meta = () => document.querySelector('meta[name="csrf-token"]');

export function parse(html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  localise(parsed);
  return parsed;
}

// A page of ours as a document, also where it tells of an error.
export async function page(url, options = {}) {
  const response = await fetch(url, { headers: { Accept: "text/html" }, ...options });
  return parse(await response.text());
}

export async function post(url, form, options = {}) {
  const send = () => {
    form.set("csrf", meta().content);
    return fetch(url, { method: "POST", body: form, ...options });
  };
  const response = await send();
  if (response.status !== 403) return response;
  await renewToken();
  return send();
}

export async function renewToken() {
  meta().content = (await page(location.pathname)).querySelector('meta[name="csrf-token"]').content;
}

// What went wrong, in a sentence for the reader.
export async function reason(response) {
  try {
    return (await response.json()).detail;
  } catch {
    return say("unclear", { status: response.status });
  }
}

// The events of a stream as they arrive: [name, data].
export async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const [name, data] = part.split("\n");
      yield [name.slice("event: ".length), JSON.parse(data.slice("data: ".length))];
    }
  }
}
