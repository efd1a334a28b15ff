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

// Does something unless it is still being done: a server that is slow is not asked again and again meanwhile.
export function oneAtATime(act) {
  let doing = false;
  return async () => {
    if (doing) return;
    doing = true;
    try {
      await act();
    } finally {
      doing = false;
    }
  };
}

// For what is asked for several times: called when it is, it gives what tells, once the answer is here, whether that is
// still news, which it is not if one that was asked for later is shown already.
export function inOrder() {
  let asked = 0;
  let shown = 0;
  return () => {
    const mine = ++asked;
    return () => {
      if (mine < shown) return false;
      shown = mine;
      return true;
    };
  };
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
