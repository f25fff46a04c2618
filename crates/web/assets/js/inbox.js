// The inbox: how much in it is unread, and, while it is open, what comes and what is read elsewhere. An event changes at once what it is sure
// of; then the newest page is fetched, since no event tells what was read with its channel.
import { $, $$, ask, fragment, on } from "./dom.js";
import { TAKEN_AWAY, openedPane, renewPane } from "./panes.js";
import { localise } from "./rows.js";
import { live } from "./stream.js";

const INBOX = "/inbox";
const NEW = "c-find--new";
/** How long after an event the inbox is fetched: while it is open; for what concerns this person alone; and for what many are told at once. */
const OPEN_MS = 300;
const SOON_MS = 1000;
const LATE_MS = 30_000;
/** After a failure, if the server does not ask for more. */
const REST_MS = 5000;

const isOpen = () => openedPane() === INBOX;
const idOf = (item) => item.dataset.notification;
const itemsIn = (root) => $$("[data-notification]", root);
const badge = () => $("#inbox-count");
const unread = () => Number(badge()?.textContent);

const setUnread = (many) => {
  if (!badge()) return;
  badge().textContent = Math.max(0, many);
  badge().hidden = many <= 0;
};

const markRead = (items) => items.forEach((item) => item.classList.remove(NEW));

/** What an item says may have changed; the rest of it does not, and other scripts have added to it. */
const renewItem = (item, fresh) => {
  item.classList.toggle(NEW, fresh.classList.contains(NEW));
  const [had, has] = [item, fresh].map((one) => $(".c-find__text", one));
  if (!had.isEqualNode(has)) had.replaceWith(has);
  return item;
};

/** Moves nothing that stays, so that neither the focus nor the place in the list is lost. */
const arrange = (list, wanted) => {
  for (const one of [...list.children]) if (!wanted.includes(one)) one.remove();
  wanted.forEach((one, at) => {
    if (list.children[at] !== one) list.insertBefore(one, list.children[at] ?? null);
  });
};

/** Shows the items of the newest page in its order, and below them those of further pages that stand there. */
const showNewest = (page) => {
  const [list, none] = [$("#pane .c-finds"), $("#pane .c-empty")];
  // It could not be fetched before.
  if (!list && !none) return renewPane();
  const fresh = $(".c-finds", page);
  if (fresh) localise(fresh);
  if (!list || !fresh) return (list ?? none).replaceWith(fresh ?? $(".c-empty", page));
  const [there, newest] = [itemsIn(list), itemsIn(fresh)];
  const last = idOf(newest.at(-1));
  // Where more came than stand on a page, what is between would be missing.
  const joins = there.length > 0 && last <= idOf(there[0]);
  const further = joins ? there.filter((item) => idOf(item) < last) : [];
  const rows = newest.map((row) => {
    const item = there.find((one) => idOf(one) === idOf(row));
    return item ? renewItem(item, row) : row;
  });
  if (unread() <= rows.filter((row) => row.classList.contains(NEW)).length) markRead(further);
  const [had, has] = [$("[data-more]", list), $("[data-more]", fresh)];
  const more = further.length > 0 || had?.dataset.more === has?.dataset.more ? had : has;
  arrange(list, [...rows, ...further, more?.closest("li")].filter(Boolean));
  // Who is there is shown beside those who came.
  return document.dispatchEvent(new CustomEvent("unread:changed"));
};

const take = (html) => {
  const page = fragment(html);
  // A node of an older version does not say how much is unread.
  const many = $("[data-unread]", page)?.dataset.unread;
  if (many !== undefined) setUnread(Number(many));
  if (isOpen()) showNewest(page);
};

let timer = 0;
let due = 0;
/** No earlier than this is it fetched again after a failure. */
let notBefore = 0;
let isFetching = false;

const renewIn = (ms) => {
  const wait = isOpen() ? OPEN_MS : (document.hidden ? LATE_MS : ms) * (0.5 + Math.random());
  const at = Math.max(performance.now() + wait, notBefore);
  if (timer && due <= at) return;
  clearTimeout(timer);
  due = at;
  timer = setTimeout(renew, at - performance.now());
};

async function renew() {
  timer = 0;
  if (isFetching) return renewIn(SOON_MS);
  isFetching = true;
  const answer = await ask("GET", INBOX);
  isFetching = false;
  if (answer.ok) return take(answer.text);
  if (TAKEN_AWAY.includes(answer.status)) return undefined;
  notBefore = performance.now() + Math.max(REST_MS, answer.after * 1000) * (1 + Math.random());
  return renewIn(SOON_MS);
}

export const startInbox = () => {
  live("notification.new", ({ payload }) => {
    if (!payload.notification.read) setUnread(unread() + 1);
    renewIn(LATE_MS);
  });
  live("notification.read", ({ payload: { ids, all_before } }) => {
    setUnread(ids ? unread() - ids.length : 0);
    if (isOpen()) markRead(itemsIn($("#pane")).filter((item) => (ids ? ids.includes(idOf(item)) : idOf(item) <= all_before)));
    renewIn(SOON_MS);
  });
  live("read.updated", () => (unread() > 0 || isOpen()) && renewIn(SOON_MS));
  for (const type of ["resync", "rights"]) live(type, () => renewIn(LATE_MS));
  document.addEventListener("visibilitychange", () => timer && renewIn(SOON_MS));
  // The answer that it was opened with may be older than an event that came meanwhile.
  document.addEventListener("pane:opened", () => isOpen() && renewIn(SOON_MS));
  on("click", "[data-read-all]", async () => {
    const told = itemsIn($("#pane"));
    const answer = await ask("POST", "/api/notifications/read", { json: { all: true } });
    if (!answer.ok) return;
    setUnread(JSON.parse(answer.text).unread);
    markRead(told);
    renewIn(SOON_MS);
  });
};
