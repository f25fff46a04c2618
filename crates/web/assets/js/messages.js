// What happens to messages, put into the lists that are open. HTML shows what was true when it was made.
import { $, $$, announce, ask, copyOf, fragment, shown, word } from "./dom.js";
import { lists } from "./list.js";
import { live } from "./stream.js";

/** Messages that are asked for anew: what hangs on them differs by reader, so that no event brings it. */
const stale = new Set();
let due = 0;

const renew = async () => {
  due = 0;
  // A hidden page asks once it is looked at.
  if (document.hidden) return;
  const ids = [...stale];
  stale.clear();
  for (const id of ids) {
    if (!lists.some((list) => list.row(id))) continue;
    const answer = await ask("GET", `/messages/${id}/row`);
    if (answer.ok) for (const list of lists) list.put(fragment(answer.text).firstElementChild, { isNew: false });
    else if (answer.status === 0) stale.add(id);
  }
};

/** Has a message shown as it is now. Many pages hear of a change at once, so each waits a moment of its own. */
export const renewSoon = (id) => {
  if (!lists.some((list) => list.row(id))) return;
  stale.add(id);
  if (!due) due = setTimeout(renew, 50 + Math.random() * 250);
};

const SAID_EVERY_MS = 3000;
let isSaying = false;
let sayNext = null;

/** Says what came. Of what comes faster than it can be heard it is the newest. */
const say = (text) => {
  if (isSaying) {
    sayNext = text;
    return;
  }
  isSaying = true;
  announce(text);
  setTimeout(() => {
    isSaying = false;
    if (sayNext !== null) say(sayNext);
  }, SAID_EVERY_MS);
  sayNext = null;
};

const created = (row) => {
  for (const list of lists) {
    if (!list.holds(row.dataset)) continue;
    const own = row.cloneNode(true);
    if (list.put(own) && !document.hidden && own.dataset.author !== shown.me) say(`${own.dataset.name}: ${$(".c-message__body", own).textContent.trim().slice(0, 200)}`);
  }
  if (row.dataset.parent) renewSoon(row.dataset.parent);
};

/** Its text is replaced at once; what hangs on it is asked for. */
const edited = (row) => {
  const { id } = row.dataset;
  for (const list of lists) {
    const there = list.row(id);
    if (!there || $(".c-edit", there)) continue;
    const fresh = row.cloneNode(true);
    $(".c-message__extras", fresh).replaceChildren(...$(".c-message__extras", there).childNodes);
    list.put(fresh, { isNew: false });
  }
  renewSoon(id);
};

const deleted = ({ payload: { message_id: id } }) => {
  for (const list of lists) {
    list.touched(id);
    const row = list.row(id);
    if (!row) continue;
    list.within(() => {
      row.classList.add("c-message--deleted");
      $(".c-message__body", row).replaceChildren(copyOf("tombstone"));
      $(".c-message__extras", row).replaceChildren();
    });
    if (row.dataset.parent) renewSoon(row.dataset.parent);
  }
  for (const find of $$(`[data-find="${CSS.escape(id)}"]`)) find.remove();
};

/** Shows what a command answers to its caller alone, under the list. It goes with the page. */
export const whisper = (html) => {
  const list = lists.find((one) => !one.isThread);
  const item = document.createElement("li");
  item.className = "c-message c-message--whisper";
  item.append(fragment(html));
  list?.within(() => list.pending.append(item));
};

export const startMessages = () => {
  live("message.created", created);
  live("message.edited", edited);
  live("message.deleted", deleted);
  for (const type of ["reaction.added", "reaction.removed", "poll.updated", "message.pinned", "message.unpinned", "thread.preferences"]) {
    live(type, ({ payload }) => renewSoon(payload.message_id));
  }
  live("command.answered", async ({ payload }) => {
    // The server's own words in the reader's language (`replies.rs`), a bot's as they are.
    const text = word(`replied.${payload.reply_md}`) || payload.reply_md;
    const answer = await ask("POST", "/preview", { form: { text } });
    if (answer.ok) whisper(answer.text);
  });
  document.addEventListener("list:stale", ({ detail }) => renewSoon(detail));
  live("scheduled.failed", () => announce(word("NotSent")));
  document.addEventListener("visibilitychange", () => stale.size > 0 && renew());
  live("state", (state) => state === "live" && stale.size > 0 && renew());
};
