// The inbox: how much in it is unread, and, while it is open, what comes and what is read elsewhere. An event changes at once what it is sure
// of; then the newest page is fetched, since no event tells what was read with its channel.
import { $, $$, ask, fragment, on } from "./dom.js";
import { TAKEN_AWAY, openedPane } from "./panes.js";
import { localise } from "./rows.js";
import { live } from "./stream.js";

const INBOX = "/inbox";
const NEW = "c-find--new";
/** How long after an event the inbox is fetched: while it is open, while the page is looked at, and otherwise. */
const OPEN_MS = 300;
const SOON_MS = 5000;
const HIDDEN_SOON_MS = 30_000;

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

/** Shows the items of the newest page in its order, and below them those of further pages that stand there. */
const showNewest = (page) => {
  const [list, fresh] = [$("#pane .c-finds"), $(".c-finds", page)];
  if (fresh) localise(fresh);
  if (!list || !fresh) return (list ?? $("#pane .c-empty"))?.replaceWith(fresh ?? $(".c-empty", page));
  const [there, newest] = [itemsIn(list), itemsIn(fresh)];
  const further = there.filter((item) => idOf(item) < idOf(newest.at(-1)));
  const rows = newest.map((item) => {
    const row = there.find((one) => idOf(one) === idOf(item)) ?? item;
    row.classList.toggle(NEW, item.classList.contains(NEW));
    return row;
  });
  if (unread() <= rows.filter((row) => row.classList.contains(NEW)).length) markRead(further);
  const [had, has] = [$("[data-more]", list), $("[data-more]", fresh)];
  const more = further.length > 0 || had?.dataset.more === has?.dataset.more ? had : has;
  const wanted = [...rows, ...further, more?.closest("li")].filter(Boolean);
  if (wanted.length === list.children.length && wanted.every((one, at) => one === list.children[at])) return undefined;
  const focused = document.activeElement;
  list.replaceChildren(...wanted);
  if (list.contains(focused)) focused.focus({ preventScroll: true });
  return undefined;
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
let isFetching = false;

const renewSoon = (leastMs = 0) => {
  const wait = Math.max(leastMs, isOpen() ? OPEN_MS : (document.hidden ? HIDDEN_SOON_MS : SOON_MS) * (0.5 + Math.random()));
  const at = performance.now() + wait;
  if (timer && due <= at) return;
  clearTimeout(timer);
  due = at;
  timer = setTimeout(renew, wait);
};

async function renew() {
  timer = 0;
  if (isFetching) return renewSoon();
  isFetching = true;
  const answer = await ask("GET", INBOX);
  isFetching = false;
  if (answer.ok) take(answer.text);
  else if (!TAKEN_AWAY.includes(answer.status)) renewSoon(Math.max(SOON_MS, answer.after * 1000));
  return undefined;
}

export const startInbox = () => {
  live("notification.new", ({ payload }) => {
    if (!payload.notification.read) setUnread(unread() + 1);
    renewSoon();
  });
  live("notification.read", ({ payload: { ids, all_before } }) => {
    setUnread(ids ? unread() - ids.length : 0);
    if (isOpen()) markRead(itemsIn($("#pane")).filter((item) => (ids ? ids.includes(idOf(item)) : idOf(item) <= all_before)));
    renewSoon();
  });
  live("read.updated", () => (unread() > 0 || isOpen()) && renewSoon());
  for (const type of ["resync", "rights"]) live(type, () => renewSoon());
  document.addEventListener("visibilitychange", () => timer && renewSoon());
  // The answer that it was opened with may be older than an event that came meanwhile.
  document.addEventListener("pane:opened", () => isOpen() && renewSoon());
  on("click", "[data-read-all]", async () => {
    const told = itemsIn($("#pane"));
    const answer = await ask("POST", "/api/notifications/read", { json: { all: true } });
    if (!answer.ok) return;
    setUnread(JSON.parse(answer.text).unread);
    markRead(told);
    renewSoon();
  });
};
