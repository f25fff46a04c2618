// The box for messages: Enter sends, keys put marks, what is written is kept as a draft on the server and looked at before it goes. A form of
// HTML sends on Enter only from one line, and makes the page wait for its answer.
import { $, announce, ask, fragment, on, reason, sendKeys, settled, shown, word } from "./dom.js";
import { isCommand, marked } from "./format.js";
import { filesOf } from "./files.js";
import { channelList } from "./list.js";
import { whisper } from "./messages.js";
import { send } from "./outbox.js";
import { live } from "./stream.js";

const DRAFT_MS = 1000;
const PREVIEW_MS = 200;
const MARKS = { b: "**", i: "*", e: "`", "shift+x": "~~", "shift+9": "> " };

const boxOf = (form) => $("textarea", form);
const placeOf = (form) => ({ channel: form.dataset.channel, parent: form.dataset.parent });

/** Puts text into a box as if it had been typed: it can be undone. */
export const type = (box, text, from = box.selectionStart, to = box.selectionEnd) => {
  box.focus();
  box.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, text)) {
    box.setRangeText(text, from, to, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

const mark = (box, sign) => {
  const { from, to, put, start, end } = marked(box.value, box.selectionStart, box.selectionEnd, sign);
  type(box, put, from, to);
  box.setSelectionRange(start, end);
};

// Drafts: what stands in the box when it was left is there on every device.
const draftPath = ({ channel, parent }) => `/api/channels/${channel}/draft${parent ? `?parent_id=${parent}` : ""}`;
const kept = new WeakMap();
/** What was sent of a box and has not come back yet as an event, which is older than what stands there by then. */
const sentOf = new WeakMap();

const storeDraft = async (form, keepalive) => {
  const place = placeOf(form);
  const text = boxOf(form).value;
  if ((kept.get(form) ?? "") === text.trim()) return;
  kept.set(form, text.trim());
  sentOf.set(form, [...(sentOf.get(form) ?? []), text.trim()].slice(-20));
  const json = { body_md: text, parent_id: place.parent ?? null };
  const answer = await (text.trim() ? ask("PUT", `/api/channels/${place.channel}/draft`, { json, keepalive }) : ask("DELETE", draftPath(place), { keepalive }));
  if (answer.ok) return;
  // No event comes of it.
  sentOf.set(form, (sentOf.get(form) ?? []).filter((one) => one !== text.trim()));
  if (answer.status !== 404) kept.delete(form);
};
const stored = new WeakMap();

/** One request after the other: that a draft is gone must not be overtaken by what it was before. A page that goes has no time for that. */
const keepDraft = (form, keepalive = false) => {
  const before = keepalive ? undefined : stored.get(form);
  const storing = before ? before.then(() => storeDraft(form, keepalive)) : storeDraft(form, keepalive);
  stored.set(form, storing);
  return storing;
};
const keepSoon = settled(DRAFT_MS, keepDraft);

const draftMoved = ({ payload }) => {
  const draft = payload.draft ?? { ...payload, body_md: "" };
  for (const form of document.querySelectorAll("form[data-composer]")) {
    const { channel, parent } = placeOf(form);
    if (draft.channel_id !== channel || (draft.parent_id ?? undefined) !== parent) continue;
    const sent = sentOf.get(form) ?? [];
    const at = sent.indexOf(draft.body_md.trim());
    sent.splice(0, at + 1);
    // It came from here, or somebody is writing here: an open page has the focus in its box all day.
    if (at >= 0) continue;
    const isAsKept = boxOf(form).value.trim() === (kept.get(form) ?? "");
    if (!isAsKept && document.activeElement === boxOf(form) && !document.hidden && document.hasFocus()) continue;
    kept.set(form, draft.body_md.trim());
    boxOf(form).value = draft.body_md;
  }
};

// The preview is made by the server's own renderer: no second one could differ from it.
const preview = settled(PREVIEW_MS, async (form) => {
  const area = $(".c-composer__preview", form);
  const text = boxOf(form).value;
  if (area.hidden || !text.trim()) return area.replaceChildren();
  const answer = await ask("POST", "/preview", { form: { text } });
  if (answer.ok && boxOf(form).value === text) area.replaceChildren(fragment(answer.text));
  return undefined;
});

const say = (form, text) => { $(".c-problem", form).textContent = text; };

const clear = (form) => {
  boxOf(form).value = "";
  say(form, "");
  keepSoon.cancel();
  keepDraft(form);
  preview(form);
};

/** Boxes whose command is under way: pressed once more, Enter carries none out twice. */
const under = new WeakSet();
const commandKeys = sendKeys();

const runCommand = async (form, text) => {
  const box = boxOf(form);
  if (under.has(form)) return;
  under.add(form);
  const answer = await ask("POST", `/channels/${form.dataset.channel}/commands`, { form: { text, client_mutation_id: commandKeys.of(text) } });
  under.delete(form);
  if (!answer.ok) {
    say(form, reason(answer));
    return;
  }
  commandKeys.done();
  if (box.value.trim() === text) clear(form);
  if (answer.text.trim()) whisper(answer.text);
};

const submit = async (form) => {
  const box = boxOf(form);
  const [text, files] = [box.value.trim(), filesOf(form)];
  if (files.isBusy || (!text && files.ids.length === 0)) return;
  if (isCommand(text) && !form.dataset.parent) {
    await runCommand(form, text);
    return;
  }
  const also = form.elements.also_to_channel?.checked;
  send({ ...placeOf(form), text, also, files: files.ids });
  files.clear();
  if (also) form.elements.also_to_channel.checked = false;
  clear(form);
  const list = channelList();
  if (!form.dataset.parent && list && !list.hasEnd) await list.show(null);
};

const laterKeys = sendKeys();

const later = (form) => {
  const dialog = $("#later");
  const field = $("#later-at");
  const near = new Date(Date.now() + 3_600_000 - new Date().getTimezoneOffset() * 60_000);
  field.value = near.toISOString().slice(0, 16);
  dialog.returnValue = "";
  dialog.showModal();
  dialog.onclose = async () => {
    const text = boxOf(form).value.trim();
    if (dialog.returnValue !== "send" || !text || !field.value) return;
    const json = { body_md: text, parent_id: form.dataset.parent ?? null, send_at: new Date(field.value).toISOString() };
    const key = laterKeys.of(JSON.stringify([form.dataset.channel, json]));
    const answer = await ask("POST", `/api/channels/${form.dataset.channel}/scheduled`, { json: { ...json, client_mutation_id: key } });
    if (!answer.ok) return say(form, reason(answer));
    laterKeys.done();
    announce(word("SendLaterDone"));
    say(form, "");
    return clear(form);
  };
};

/** Edits the newest of one's own messages that may still be edited. */
const editLast = () => {
  const own = [...document.querySelectorAll("#scroll .c-message.own:not(.c-message--deleted, .c-message--pending)")].at(-1);
  own?.dispatchEvent(new CustomEvent("message:edit", { bubbles: true }));
};

const pressed = (event, box) => {
  if (event.isComposing) return;
  const form = box.form;
  if (event.key === "Enter" && !event.shiftKey && !event.defaultPrevented) {
    // On a phone Enter is a new line; the button sends.
    if (matchMedia("(pointer: coarse)").matches && !event.ctrlKey) return;
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "ArrowUp" && box.value === "" && !event.defaultPrevented && !event.altKey) {
    // With Alt it leads to the channel above.
    event.preventDefault();
    editLast();
  } else if (event.ctrlKey || event.metaKey) {
    const sign = MARKS[`${event.shiftKey ? "shift+" : ""}${event.shiftKey && event.code === "Digit9" ? "9" : event.key.toLowerCase()}`];
    if (!sign) return;
    event.preventDefault();
    mark(box, sign);
  }
};

/** Takes a box that has come, with the draft that the server has, whatever stands in it by now. */
export const takeBox = (form) => {
  if (!kept.has(form)) kept.set(form, boxOf(form).defaultValue.trim());
};

export const startComposer = () => {
  for (const form of document.querySelectorAll("form[data-composer]")) kept.set(form, boxOf(form).value.trim());
  document.addEventListener("pane:opened", () => {
    const form = $("#pane form[data-composer]");
    if (form) takeBox(form);
  });
  on("submit", "form[data-composer]", (event, form) => {
    event.preventDefault();
    submit(form);
  });
  on("keydown", "form[data-composer] textarea", pressed);
  on("input", "form[data-composer] textarea", (_, { form }) => {
    say(form, "");
    keepSoon(form);
    preview(form);
  });
  on("focusout", "form[data-composer] textarea", (_, { form }) => keepDraft(form));
  on("click", "[data-mark]", (_, button) => mark(boxOf(button.closest("form")), button.dataset.mark));
  on("click", "[data-preview]", (_, button) => {
    const form = button.closest("form");
    const area = $(".c-composer__preview", form);
    area.hidden = !area.hidden;
    button.setAttribute("aria-pressed", String(!area.hidden));
    preview(form);
  });
  on("click", "[data-later]", (_, button) => later(button.closest("form")));
  addEventListener("pagehide", () => {
    for (const form of document.querySelectorAll("form[data-composer]")) keepDraft(form, true);
  });
  live("draft.updated", draftMoved);
  if (shown.channel && !matchMedia("(pointer: coarse)").matches) $("#body")?.focus({ preventScroll: true });
};
