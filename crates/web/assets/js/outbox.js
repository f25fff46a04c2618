// Messages that are under way: shown at once, sent one after the other, kept over reloads and a closed tab under the same idempotency key, so
// that each is posted once. A form of HTML loses what it can't send.
import { $, ask, copyOf, fragment, freshKey, reason, shown, word } from "./dom.js";
import { channelList, lists, threadList } from "./list.js";
import { isUnder, messageBefore } from "./rows.js";
import { live } from "./stream.js";

const PREFIX = `ajet-out:${shown.me}:`;
/** Until the next try where no answer came though the stream may be there. */
const AGAIN_MS = 5000;
/** Tries of a message that the server is too busy for, before its author is asked. */
const TRIES = 5;
/** After this a message is said to be under way. */
const LATE_MS = 1000;

/** What waits, the oldest first. Another tab of the person may have put it there. */
const waiting = () => {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const entries = keys.map((key) => JSON.parse(localStorage.getItem(key)));
  return entries.sort((a, b) => a.at - b.at);
};
const keep = (entry) => localStorage.setItem(PREFIX + entry.key, JSON.stringify(entry));
const drop = (entry) => localStorage.removeItem(PREFIX + entry.key);
/** Whether it still waits: its author may have given it up in another tab, or signed out. */
const waits = (entry) => localStorage.getItem(PREFIX + entry.key) !== null;

const listOf = ({ channel, parent }) => {
  if (channel !== shown.channel) return null;
  if (!parent) return channelList();
  return threadList()?.root.dataset.parent === parent ? threadList() : null;
};

const rowOf = (entry) => {
  const list = listOf(entry);
  return list && [...list.pending.children].find((row) => row.dataset.mutation === entry.key);
};

/** What is under way stands under a name as it will once it is sent: not under somebody else's. */
const settleWaiting = (list) => {
  for (const row of list.pending.querySelectorAll("[data-mutation]")) {
    row.classList.toggle("c-message--grouped", isUnder(messageBefore(row) ?? list.last ?? null, row));
  }
};

/** Shows a message that is under way, or how it stands now. */
const show = (entry) => {
  const list = listOf(entry);
  if (!list) return;
  let row = rowOf(entry);
  if (!row) {
    row = copyOf("pending-row");
    [row.dataset.mutation, row.dataset.author, row.dataset.at] = [entry.key, shown.me, entry.at];
    $(".c-message__body", row).textContent = entry.text;
    list.within(() => {
      list.pending.append(row);
      settleWaiting(list);
    });
    setTimeout((shownRow) => shownRow.isConnected && list.within(() => shownRow.classList.add("c-message--late")), LATE_MS, row);
  }
  $(".c-pending", row).hidden = Boolean(entry.failed);
  const unsent = $(".c-unsent", row);
  unsent.hidden = !entry.failed;
  $(".c-unsent__why", unsent).textContent = entry.failed ?? "";
  $("[data-retry]", row).onclick = () => send({ ...entry, failed: undefined, tries: 0 });
  $("[data-discard]", row).onclick = () => {
    drop(entry);
    row.remove();
  };
};

/** Only one tab sends at a time where tabs can agree on that; where they can't, the key keeps a message from being posted twice. */
const alone = (act) => (navigator.locks ? navigator.locks.request(PREFIX, act) : act());
let running = null;
let again = 0;

const run = () => {
  running ??= alone(async () => {
    for (let entry; (entry = waiting().find((one) => !one.failed)); ) {
      const wait = await attempt(entry);
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      if (wait === null) {
        clearTimeout(again);
        again = setTimeout(run, AGAIN_MS);
        break;
      }
    }
  }).finally(() => { running = null; });
  return running;
};

/** Sends one. The time to wait before the next try; `null` where the server is out of reach. */
const attempt = async (entry) => {
  const form = { body_md: entry.text, client_mutation_id: entry.key };
  if (entry.parent) form.parent_id = entry.parent;
  if (entry.also) form.also_to_channel = "true";
  if (entry.files?.length) form.attachment_ids = entry.files.join(",");
  const answer = await ask("POST", `/channels/${entry.channel}/messages`, { form });
  if (answer.status === 0) return null;
  if (answer.ok) {
    drop(entry);
    posted(entry, answer.text);
    return 0;
  }
  if (!waits(entry)) return 0;
  const busy = answer.status >= 500 || answer.status === 408 || (answer.status === 429 && answer.after <= 5);
  if (busy && (entry.tries ?? 0) < TRIES) {
    keep({ ...entry, tries: (entry.tries ?? 0) + 1 });
    return Math.max(answer.after, 1) * 1000;
  }
  const failed = { ...entry, failed: reason(answer) || word("NotSent") };
  keep(failed);
  show(failed);
  return 0;
};

/** The real row takes the place of the pending one, unless the live stream was faster. */
const posted = (entry, html) => {
  const row = fragment(html).firstElementChild;
  for (const list of lists) if (list.holds(row.dataset)) list.put(row.cloneNode(true));
  rowOf(entry)?.remove();
};

/** Sends a message, now or as soon as that is possible. */
export const send = (entry) => {
  const whole = { key: freshKey(), at: Date.now(), ...entry };
  keep(whole);
  show(whole);
  listOf(whole)?.toEnd();
  run();
};

/** Shows what waits in a list that was opened just now. */
export const showWaiting = () => waiting().forEach(show);

export const startOutbox = () => {
  showWaiting();
  run();
  addEventListener("online", run);
  live("state", (state) => state === "live" && run());
  live("message.created", () => lists.forEach(settleWaiting));
  // What another tab has sent or given up.
  addEventListener("storage", ({ key, newValue }) => {
    if (!key?.startsWith(PREFIX)) return;
    if (newValue) show(JSON.parse(newValue));
    else rowOf({ key: key.slice(PREFIX.length), channel: shown.channel })?.remove();
  });
};
