// What one does with a message: one bar of buttons goes to the row that is pointed at or has the focus. A bar in each row would make the page
// four times as large, and HTML has none that moves.
import { $, $$, announce, ask, copyOf, fragment, on, reason, settled, shown, word } from "./dom.js";
import { pickEmoji } from "./emoji.js";
import { idBefore } from "./ids.js";
import { lists } from "./list.js";
import { renewSoon } from "./messages.js";
import { openPane } from "./panes.js";
import { ways, withEmoji } from "./rows.js";
import { live } from "./stream.js";

const HOUR_MS = 3_600_000;
/** How long one looks at a message until it is asked what is saved. */
const LOOK_MS = 150;
let bar = null;

const rowOf = (element) => element.closest(".c-message[data-id]");

const told = (answer) => {
  if (!answer.ok) announce(reason(answer));
  return answer.ok;
};

/** Which messages the reader has saved, of those that were asked for: rows do not say it, they are the same for all. */
const saved = new Map();
/** From this id on all that are saved were asked for. */
let savedFrom = null;
/** More are saved than one answer holds: each message is asked for by itself. */
let areMany = false;
const isAsked = ({ dataset: { id } }) => saved.has(id) || (savedFrom !== null && id >= savedFrom);

/** Shows of the bar what the reader may do with a row. */
const allow = (row) => {
  const allowed = ways(row);
  allowed.unsave = saved.get(row.dataset.id) === true;
  allowed.save &&= !allowed.unsave;
  for (const button of $$("[data-do]", bar)) button.hidden = !allowed[button.dataset.do];
  if (bar.contains(document.activeElement) && document.activeElement.hidden) row.focus({ preventScroll: true });
};

/** Asks how the reader has saved a message. The list is in the order of ids: it is the first one behind the id before, or not there. */
const askMark = async ({ dataset: { id } }) => {
  const answer = await ask("GET", `/api/saved?after=${idBefore(id)}&limit=1`);
  if (!answer.ok) return { answer };
  const [one] = JSON.parse(answer.text).items;
  const mark = one?.message.id === id ? one : null;
  saved.set(id, mark !== null);
  return { answer, mark };
};

/** Asks what is saved from the first row of a list on: one request for all of its rows. */
const askFrom = async (list) => {
  const { id } = $(".c-message[data-id]", list).dataset;
  const answer = await ask("GET", `/api/saved?after=${idBefore(id)}`);
  if (!answer.ok) return;
  const { items, has_more: hasMore } = JSON.parse(answer.text);
  // What an event said meanwhile is newer.
  for (const { message } of items) if (!saved.has(message.id)) saved.set(message.id, true);
  if (hasMore) areMany = true;
  else savedFrom = id;
};

const lookSoon = settled(LOOK_MS, async (row) => {
  if (!row.isConnected) return;
  if (!areMany) await askFrom(row.closest("[data-list]"));
  if (areMany && !isAsked(row)) await askMark(row);
  if (rowOf(bar) === row) allow(row);
});

/** Brings the bar to a row. */
const show = (row) => {
  if (!bar || row.classList.contains("c-message--whisper")) return;
  if (!row.contains(bar)) {
    allow(row);
    row.append(bar);
    if (!isAsked(row)) lookSoon(row);
  }
  // It stands over the row's upper edge, but not where the list ends there.
  const room = row.getBoundingClientRect().top - row.closest("[data-list]").getBoundingClientRect().top;
  bar.classList.toggle("c-actions--below", room < bar.offsetHeight);
};

const change = async (method, row, rest, json) => {
  const answer = await ask(method, `/api/messages/${row.dataset.id}${rest}`, json ? { json } : {});
  told(answer);
  // What was refused may be shown already.
  renewSoon(row.dataset.id);
  return answer.ok;
};

/** Sets or takes back a reaction: shown at once, and as the server says a moment later. */
export const react = (row, sign) => {
  let area = $(".c-reactions", row);
  if (!area) {
    area = document.createElement("div");
    area.className = "c-reactions";
    $(".c-message__extras", row).append(area);
  }
  let chip = $$(".c-reaction", area).find((one) => one.dataset.emoji === sign);
  const mine = chip?.getAttribute("aria-pressed") === "true";
  if (!chip) {
    chip = document.createElement("button");
    [chip.type, chip.className, chip.dataset.emoji, chip.textContent] = ["button", "c-reaction", sign, `${sign} `];
    const count = document.createElement("span");
    [count.className, count.textContent] = ["c-reaction__count", "0"];
    chip.append(count);
    withEmoji(chip);
    area.append(chip);
  }
  const count = $(".c-reaction__count", chip);
  const now = Number(count.textContent) + (mine ? -1 : 1);
  count.textContent = now;
  chip.setAttribute("aria-pressed", String(!mine));
  chip.setAttribute("aria-label", `${sign} ${now}`);
  // Who it was is another question now.
  chip.removeAttribute("title");
  if (now === 0) chip.remove();
  return change(mine ? "DELETE" : "PUT", row, `/reactions/${encodeURIComponent(sign)}`);
};

/** How the reader has saved a message; null where they have not. */
const savedMark = async (row) => {
  const { answer, mark } = await askMark(row);
  return told(answer) ? mark : undefined;
};

// What was said of a saved message is replaced as a whole: what is to stay goes along.
const save = async (row) => {
  const mark = await savedMark(row);
  if (mark || (mark === null && (await change("PUT", row, "/saved", {})))) announce(word("Saved"));
};
const remind = async (row, at) => {
  const mark = await savedMark(row);
  if (mark === undefined) return;
  const json = { note: mark?.note ?? null, remind_at: new Date(at).toISOString() };
  if (await change("PUT", row, "/saved", json)) announce(word("ReminderSet"));
};
const tomorrow = () => {
  const at = new Date();
  at.setDate(at.getDate() + 1);
  at.setHours(9, 0, 0, 0);
  return at;
};

/** The form in the place of the text. */
const edit = async (row) => {
  if (!ways(row).edit || $(".c-edit", row)) return;
  const answer = await ask("GET", `/messages/${row.dataset.id}/edit`);
  if (!answer.ok) return;
  const body = $(".c-message__body", row);
  body.hidden = true;
  body.after(fragment(answer.text));
  const box = $(".c-edit textarea", row);
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
  box.form.scrollIntoView({ block: "nearest" });
};

const endEdit = (form) => {
  const row = rowOf(form);
  form.remove();
  $(".c-message__body", row).hidden = false;
  // While the form stood there the row was left alone.
  renewSoon(row.dataset.id);
  ($("#body") ?? row).focus({ preventScroll: true });
};

const saveEdit = async (form) => {
  const text = form.elements.body_md.value.trim();
  if (!text) return;
  const answer = await ask("PUT", `/messages/${form.dataset.edit}`, { form: { body_md: text } });
  if (!answer.ok) {
    $(".c-problem", form).textContent = reason(answer);
    return;
  }
  endEdit(form);
  for (const list of lists) list.put(fragment(answer.text).firstElementChild, { isNew: false });
};

/** The message before one, up to which the channel is to count as read. */
const before = (row) => {
  let one = row.previousElementSibling;
  while (one && !one.dataset.id) one = one.previousElementSibling;
  return one?.dataset.id;
};

const doers = {
  react: (row, button) => pickEmoji(button, (sign) => react(row, sign), { own: true }),
  thread: (row) => openPane(`/messages/${row.dataset.id}/thread`),
  edit,
  save,
  unsave: async (row) => (await change("DELETE", row, "/saved")) && announce(word("NotSaved")),
  "remind-1h": (row) => remind(row, Date.now() + HOUR_MS),
  "remind-tomorrow": (row) => remind(row, tomorrow()),
  unread: async (row) => {
    const answer = await ask("PUT", `/api/channels/${row.dataset.channel}/unread`, { json: { message_id: row.dataset.id } });
    if (told(answer)) document.dispatchEvent(new CustomEvent("read:held", { detail: before(row) }));
  },
  pin: (row) => change("PUT", row, "/pin"),
  unpin: (row) => change("DELETE", row, "/pin"),
  link: async (row) => {
    await navigator.clipboard.writeText(`${location.origin}/m/${row.dataset.id}`);
    announce(word("Copied"));
  },
  strip: (row) => change("DELETE", row, "/previews"),
  delete: async (row) => {
    if (confirm(word("DeleteSure"))) told(await ask("DELETE", `/messages/${row.dataset.id}`));
  },
};

/** Does something with the row that has the focus, if that is allowed. */
export const doWith = (row, name) => {
  show(row);
  const button = $(`[data-do="${name}"]`, bar);
  if (button && !button.hidden) doers[name](row, button);
};

export const startActions = () => {
  if (!$("#toolbar")) return;
  bar = copyOf("toolbar");
  on("pointerover", ".c-message[data-id]", (_, row) => show(row));
  on("focusin", ".c-message[data-id]", (_, row) => show(row));
  on("click", "[data-do]", (_, button) => doers[button.dataset.do](rowOf(button), button));
  on("click", ".c-reaction", (_, chip) => shown.joined !== undefined && react(rowOf(chip), chip.dataset.emoji));
  document.addEventListener("rights:changed", () => rowOf(bar) && allow(rowOf(bar)));
  live("saved.updated", ({ payload }) => {
    saved.set(payload.message_id, payload.saved !== null);
    if (rowOf(bar)?.dataset.id === payload.message_id) allow(rowOf(bar));
  });
  on("message:edit", ".c-message[data-id]", (_, row) => edit(row));
  on("submit", "form.c-edit", (event, form) => {
    event.preventDefault();
    saveEdit(form);
  });
  on("click", "[data-edit-cancel]", (_, button) => endEdit(button.closest("form")));
  on("keydown", "form.c-edit textarea", (event, box) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") {
      event.preventDefault();
      endEdit(box.form);
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      box.form.requestSubmit();
    }
  });
  on("click", "[data-emoji-for]", (_, button) => {
    const box = document.getElementById(button.dataset.emojiFor);
    pickEmoji(button, (sign) => {
      box.focus();
      document.execCommand("insertText", false, sign);
    }, { own: true });
  });
};
