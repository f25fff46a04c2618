// The side bar as things happen: counts, new and renamed channels, an order set by drag or key. HTML shows what was true when it was made.
import { $, $$, ask, callsMe, fragment, on, settled, shown } from "./dom.js";
import { channelList } from "./list.js";
import { localise } from "./rows.js";
import { live } from "./stream.js";

const itemOf = (id) => document.getElementById(`channel-${id}`);

/** The name of a channel as people call it. */
export const channelName = (id) => itemOf(id)?.dataset.name ?? "";

const showCount = (item) => {
  const { unread, mentions } = item.dataset;
  const [badge, word] = [$(".c-count", item), $(".c-unread .c-hidden", item)];
  badge.textContent = mentions;
  badge.hidden = Number(mentions) === 0;
  if (word) word.hidden = Number(unread) === 0;
};

/** What is unread in all channels here: for the title. */
export const unreadHere = () => {
  const items = $$(".c-channel");
  const sum = (name) => items.reduce((all, item) => all + Number(item.dataset[name]), 0);
  const heard = items.filter((item) => !item.classList.contains("c-channel--muted"));
  return { mentions: sum("mentions"), any: heard.some((item) => Number(item.dataset.unread) > 0) };
};

const changed = () => document.dispatchEvent(new CustomEvent("unread:changed"));

/** Sets what is unread in a channel. */
export const setUnread = (id, { count, mentions }) => {
  const item = itemOf(id);
  if (!item) return;
  item.dataset.unread = count;
  item.dataset.mentions = item.dataset.direct === undefined ? mentions : count;
  showCount(item);
  changed();
};

/** Whether the reader has a message of this page's channel before their eyes. A reply stands beside it. */
const isSeen = ({ channel }, inThread) =>
  channel === shown.channel && !document.hidden && (inThread || (document.hasFocus() && Boolean(channelList()?.isAtEnd)));

/** Puts a direct message first, with the focus where it was: an element that is put in anew loses it. */
const putFirst = (item) => {
  const list = $("#directs");
  if (list.firstElementChild === item) return;
  const focused = item.contains(document.activeElement) ? document.activeElement : null;
  list.prepend(item);
  focused?.focus({ preventScroll: true });
};

const arrived = ({ dataset: row }) => {
  const item = itemOf(row.channel);
  if (!item) return row.channel !== shown.channel && renewSoon();
  if (item.dataset.direct !== undefined) putFirst(item);
  const inThread = row.parent !== undefined && row.also === undefined;
  if (row.author === shown.me || isSeen(row, inThread)) return false;
  const calls = callsMe(row);
  if (inThread && !calls) return false;
  // A stream that goes on after a break tells again what this page was made with.
  if (row.id <= (item.dataset.last ?? "")) return false;
  item.dataset.last = row.id;
  const { unread, mentions } = item.dataset;
  setUnread(row.channel, { count: Number(unread) + 1, mentions: Number(mentions) + Number(calls) });
  return true;
};

/** Puts a channel where it belongs by its category and position. */
const place = (item) => {
  const { category, position } = item.dataset;
  const list = $(`ul.c-channel-list${category ? `[data-category="${category}"]` : ":not([data-category])"}`, $("#channels"));
  if (!list) return renewSidebar();
  const next = $$(":scope > .c-channel", list).find((one) => one !== item && Number(one.dataset.position) > Number(position));
  if (next) next.before(item);
  else list.append(item);
  return undefined;
};

/** A channel was moved by hand here a moment ago: positions in events may be older than that. */
let isOrdering = false;

const channelChanged = (item) => {
  localise(item);
  const { community } = item.dataset;
  // A direct message is called by the others in it, whom each reader sees differently.
  if (community === undefined) renewSidebar();
  if (community === undefined || community !== shown.community) return;
  // What is being fetched may be older.
  if (under) isStale = true;
  const there = itemOf(item.dataset.channel);
  const link = $("a", item);
  const isFocused = Boolean(there?.contains(document.activeElement));
  link.setAttribute("href", `/c/${shown.slug}/channels/${item.dataset.channel}`);
  if (there) {
    for (const name of ["unread", "mentions", "last"]) if (there.dataset[name]) item.dataset[name] = there.dataset[name];
    for (const name of ["c-channel--muted", "c-channel--other"]) item.classList.toggle(name, there.classList.contains(name));
    if ($("a", there).hasAttribute("aria-current")) link.setAttribute("aria-current", "page");
    there.replaceWith(item);
    showCount(item);
  }
  if (!there || !isOrdering) place(item);
  // Who moves it by key moves it on.
  if (isFocused) link.focus({ preventScroll: true });
  // Whether it is one's own is the same for no two readers. All of them hear of it at once, so each asks at a moment of its own.
  if (!there) setTimeout(renewSidebar, 300 + Math.random() * 1500);
  if (item.dataset.channel === shown.channel) $("#title").textContent = `#${item.dataset.name}`;
};

let isGoing = false;
/** Leaves a channel that is not one's own any more, once: its stream and the button that was pressed may both say so. */
export const goElsewhere = () => {
  if (isGoing) return;
  isGoing = true;
  location.assign(shown.slug ? `/c/${shown.slug}` : "/");
};

const channelGone = ({ payload }) => {
  itemOf(payload.channel_id)?.remove();
  if (payload.channel_id === shown.channel) goElsewhere();
};

/** What its reader opened, closed and made in the side bar stays as it is where that is shown anew. */
const keepOpened = (bar, fresh) => {
  for (const list of $$("details:not([open]) > [data-category]", bar)) {
    $(`details > [data-category="${list.dataset.category}"]`, fresh)?.parentElement.removeAttribute("open");
  }
  for (const part of [".c-new-channel", "#channel-error", "#invite"]) {
    const there = $(part, bar);
    if (there) $(part, fresh)?.replaceWith(there);
  }
};

const isTypedIn = (bar) => bar.contains(document.activeElement) && document.activeElement.matches("input");

/** The whole side bar as it is now. Where something is typed in it this comes later. */
const renewing = async () => {
  const bar = $("#sidebar");
  if (isTypedIn(bar)) return renewSoon();
  const answer = await ask("GET", `/channels/${shown.channel}/sidebar`);
  if (answer.status === 404) location.assign("/");
  // The server is away, or asks to wait.
  if (answer.status === 0 || answer.status >= 429 || isTypedIn(bar)) return renewSoon();
  // What was fetched may be of before an order; it is fetched again after that.
  if (!answer.ok || isOrdering) return undefined;
  const fresh = fragment(answer.text).firstElementChild;
  // Who moves in it by key goes on from there.
  const focused = bar.contains(document.activeElement) ? document.activeElement.closest(".c-channel")?.id : null;
  const top = $(".c-sidebar__main", bar).scrollTop;
  bar.replaceWith(fresh);
  keepOpened(bar, fresh);
  $(".c-sidebar__main", fresh).scrollTop = top;
  if (focused) $("a", document.getElementById(focused) ?? fresh)?.focus({ preventScroll: true });
  if (window.htmx) htmx.process(fresh);
  changed();
  // What one may do here may have become more, or less.
  if (fresh.dataset.can !== undefined && fresh.dataset.can !== shown.can) {
    shown.can = fresh.dataset.can;
    document.dispatchEvent(new Event("rights:changed"));
  }
  return undefined;
};

let under = null;
let isStale = false;

/** Once at a time: what is asked for meanwhile is one more time. */
export const renewSidebar = () => {
  isStale = under !== null;
  under ??= renewing().finally(() => {
    under = null;
    if (isStale) renewSidebar();
  });
  return under;
};

const SOON_MS = 5000;
const HIDDEN_SOON_MS = 30_000;
let soon = 0;

/** For what happens often, and for what all pages hear of at once: each asks at a moment of its own. */
const renewSoon = () => {
  soon ||= setTimeout(() => {
    soon = 0;
    renewSidebar();
  }, (document.hidden ? HIDDEN_SOON_MS : SOON_MS) * (0.5 + Math.random()));
  return false;
};

// An order set by hand: by drag, or with Ctrl, Alt and an arrow key on a channel.
/** Until all that is told of an order has come. */
const ORDERED_MS = 2000;
const ordered = () => {
  isOrdering = false;
  renewSidebar();
};
const orderedSoon = settled(ORDERED_MS, ordered);

const send = (channels, keepalive = false) =>
  ask("PUT", `/api/communities/${shown.community}/channels/order`, { json: { channels }, keepalive });
let isSending = false;
/** The newest order that is not sent yet: one goes after the other, since two at once may come in another order. */
let next = null;
const sending = async () => {
  isSending = true;
  let answer = null;
  while (next) {
    const channels = next;
    next = null;
    answer = await send(channels);
  }
  isSending = false;
  if (answer?.ok) orderedSoon();
  else ordered();
};

const order = () => {
  isOrdering = true;
  orderedSoon.cancel();
  next = $$("#channels ul.c-channel-list").flatMap((list) =>
    $$(":scope > .c-channel", list).map((item, position) => ({ id: item.dataset.channel, category_id: list.dataset.category ?? null, position })));
  if (!isSending) sending();
};

const startOrder = () => {
  addEventListener("pagehide", () => {
    if (next) send(next, true);
    next = null;
  });
  let dragged = null;
  on("pointerdown", "#channels[data-order] .c-channel", (_, item) => { item.draggable = true; });
  on("dragstart", "#channels[data-order] .c-channel", (event, item) => {
    dragged = item;
    event.dataTransfer.effectAllowed = "move";
  });
  on("dragover", "#channels[data-order] .c-channel-list", (event, list) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest(".c-channel");
    if (!over) list.append(dragged);
    else if (over !== dragged) {
      const { top, height } = over.getBoundingClientRect();
      if (event.clientY < top + height / 2) over.before(dragged);
      else over.after(dragged);
    }
  });
  on("dragend", "#channels .c-channel", () => {
    if (!dragged) return;
    dragged = null;
    order();
  });
  on("keydown", "#channels[data-order] .c-channel a", (event, link) => {
    if (!event.altKey || !event.ctrlKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const item = link.closest(".c-channel");
    const beside = event.key === "ArrowUp" ? item.previousElementSibling : item.nextElementSibling;
    if (!beside) return;
    if (event.key === "ArrowUp") beside.before(item);
    else beside.after(item);
    link.focus();
    order();
  });
};

/** A page that is looked at again waits no longer. */
const lookedAt = () => {
  if (document.hidden || !soon) return;
  clearTimeout(soon);
  soon = 0;
  renewSidebar();
};

export const startSidebar = () => {
  document.addEventListener("visibilitychange", lookedAt);
  live("message.created", arrived);
  live("channel.created", channelChanged);
  live("channel.updated", channelChanged);
  live("channel.deleted", channelGone);
  live("channel.closed", channelGone);
  // One's own.
  live("channel.preferences", renewSidebar);
  for (const type of ["category.created", "category.updated", "category.deleted", "community.updated"]) live(type, renewSoon);
  // What one sees and may do may have become more, or less.
  for (const type of ["role.updated", "role.deleted", "overwrite.updated", "overwrite.deleted"]) live(type, renewSoon);
  for (const type of ["member.joined", "member.updated"]) live(type, ({ payload }) => payload.member.user.id === shown.me && renewSoon());
  live("community.deleted", ({ community_id: home }) => (home === shown.community ? location.assign("/") : renewSidebar()));
  for (const type of ["member.left", "member.kicked", "member.banned"]) {
    live(type, ({ payload, channel_id: channel, community_id: home }) => {
      if (payload.user_id !== shown.me) return;
      if (channel === shown.channel) goElsewhere();
      else if (!channel && home === shown.community) location.assign("/");
      else renewSidebar();
    });
  }
  // What opens at the end of a long side bar is looked for there.
  const look = (part) => $(part)?.scrollIntoView({ block: "nearest" });
  document.addEventListener("toggle", ({ target }) => {
    if (!target.matches?.(".c-new-channel[open]")) return;
    look(".c-new-channel");
    $("#channel-name").focus({ preventScroll: true });
  }, { capture: true });
  document.addEventListener("htmx:after:swap", ({ detail }) => detail.ctx?.sourceElement?.matches("form.c-invite") && look("#invite"));
  on("click", "[data-sidebar]", () => document.body.classList.toggle("c-app--sidebar"));
  on("click", ".c-app--sidebar main", (event) => {
    if (!event.target.closest("[data-sidebar]")) document.body.classList.remove("c-app--sidebar");
  });
  startOrder();
};
