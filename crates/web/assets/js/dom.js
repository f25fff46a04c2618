// What all scripts share: the one Trusted Types policy, requests, words, delegated events. HTML has no way to ask for a fragment by itself
// and say where it goes when a live event, a key or a drop asks for it.
import { whenReleased } from "./press.js";

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const metaOf = (name) => $(`meta[name="${name}"]`)?.content ?? "";

export const assetPath = (name) => `/assets/${metaOf("assets")}/${name}`;

// Trusted Types: the one policy that the server's headers allow. Fragments of this server become HTML by it. Nothing becomes a script but
// the two workers.
export const policy = (() => {
  const rules = {
    createHTML: (html) => html,
    createScriptURL: (address) => {
      if (address !== "/sw.js" && address !== assetPath("stream-worker.js")) throw new TypeError(`${address} is no script of ours`);
      return address;
    },
  };
  return window.trustedTypes ? trustedTypes.createPolicy("fragments", rules) : rules;
})();
if (window.htmx) htmx.registerExtension("trusted", { init: (api) => api.initSecurity(window.trustedTypes ? policy : null) });

/** What a fragment of this server holds. */
export const fragment = (html) => {
  const template = document.createElement("template");
  template.innerHTML = policy.createHTML(html);
  return template.content;
};

/** A whole page of this server, to take parts of. */
export const pageOf = (html) => new DOMParser().parseFromString(policy.createHTML(html), "text/html");

/** What the page was made for: who reads it, where. */
export const shown = document.body.dataset;
export const may = (permission) => (shown.can ?? "").split(" ").includes(permission);

const words = JSON.parse(metaOf("words") || "{}");
/** A text in the reader's language, with values in its places. */
export const word = (name, ...values) => values.reduce((text, value) => text.replace("{}", () => value), words[name] ?? "");

/** Whether a message calls the reader: by name, by a role of theirs, or with all. Roles come and go while the page is open. */
export const callsMe = ({ calls }) => {
  if (!calls) return false;
  const callings = ["here", "everyone", shown.me, ...(shown.ownRoles ?? "").split(" ")];
  return calls.split(" ").some((one) => callings.includes(one));
};

/** Listens for events of elements that are there now or come later. */
export const on = (type, selector, handle) =>
  document.addEventListener(type, (event) => {
    const target = event.target instanceof Element && event.target.closest(selector);
    if (target) handle(event, target);
  });

/**
 * A request to this server: `{ ok, status, text, after }`. Where no answer came the status is 0. That the session is over is told to the page. The
 * answer is given once a mouse button or space bar that is held down is let go: the caller may replace what is pressed.
 */
export const ask = async (method, path, { json, form, keepalive } = {}) => {
  const init = { method, headers: {}, keepalive: Boolean(keepalive) };
  if (json !== undefined) {
    init.headers["content-type"] = "application/json";
    init.body = JSON.stringify(json);
  }
  if (form) init.body = new URLSearchParams(form);
  try {
    const answer = await fetch(path, init);
    const text = await answer.text();
    await new Promise(whenReleased);
    if (answer.status === 401) document.dispatchEvent(new Event("session:over"));
    return { ok: answer.ok, status: answer.status, text, after: Number(answer.headers.get("retry-after")) || 0 };
  } catch {
    return { ok: false, status: 0, text: "", after: 0 };
  }
};

/** A time in words, in whole units (`refusals.rs`). */
const inWords = (seconds) => {
  const [, each, text] = words.times.find(([over]) => seconds > over);
  return text.replace("{}", Math.ceil(seconds / each));
};

/** A field and its rule. A field within another one, or an item of a list, is called as the whole. */
const ruled = ({ field, code }) => {
  const name = words[`field.${field.split(/[.[]/, 1)[0]}`] ?? field;
  return `${name}: ${words[`rule.${code}`] ?? words.other_rule}.`;
};

/** What the API refuses, in the reader's language (`refusals.rs`): in English by its own words, else by its fields, by when to try again, or by its code. */
const told = ({ code, detail, errors }, after) => {
  const sentence = words[`refused.${code}`];
  if (!sentence) return detail ?? "";
  if (errors?.length > 0) return [...new Set(errors.map(ruled))].join(" ");
  return after > 1 && words[`later.${code}`] ? word(`later.${code}`, inWords(after)) : sentence;
};

/** The words of a refusal, whichever way they came; where no answer came, that nothing was sent. */
export const reason = ({ status, text, after = 0 }) => {
  if (status === 0) return word("NotSent");
  try {
    return told(JSON.parse(text), after);
  } catch {
    return fragment(text).textContent.trim();
  }
};

/** Says something to who can't see it. */
export const announce = (text) => {
  const region = $("#announce");
  if (region) region.textContent = text;
};

/** A copy of what a template of the page holds. */
export const copyOf = (id) => $(`#${id}`).content.firstElementChild.cloneNode(true);

/** Runs something once the calls have stopped coming for a while. */
export const settled = (millis, act) => {
  let timer = 0;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...values), millis);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
};

export const freshKey = () =>
  (crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));

/** The keys of what is sent by hand: the same for the same content until that has come through, so that it is made once. */
export const sendKeys = () => {
  let [content, key] = [null, ""];
  return {
    of: (wanted) => {
      if (wanted !== content) [content, key] = [wanted, freshKey()];
      return key;
    },
    done: () => { content = null; },
  };
};

/** Whether a key press is text that somebody is writing. */
export const isTyping = (target) => target instanceof Element && target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
