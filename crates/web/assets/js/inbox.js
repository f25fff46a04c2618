// The inbox: how much in it is unread, and, while it is open, what comes and what was read elsewhere.
import { $, $$, ask, fragment, on } from "./dom.js";
import { openedPane, renewPane } from "./panes.js";
import { localise } from "./rows.js";
import { live } from "./stream.js";

const INBOX = "/inbox";
const NEW = "c-find--new";

const badge = () => $("#inbox-count");
const unread = () => Number(badge()?.textContent);

const count = (many) => {
  if (!badge()) return;
  badge().textContent = Math.max(0, many);
  badge().hidden = many <= 0;
};

const itemOf = (id) => $(`#pane [data-notification="${CSS.escape(id)}"]`);
const idOf = (item) => item.dataset.notification;

/** What the last answer held: it is counted there. */
let known = [];
/** What was told last. */
let newest = null;
let fetches = false;
let again = false;

/** Takes the newest of what the reader was told of as it is stored by now. */
const take = (html) => {
  const page = fragment(html);
  const items = $$("[data-notification]", page);
  known = items.map(idOf);
  count(Number($("[data-unread]", page).dataset.unread));
  if (openedPane() !== INBOX) return;
  for (const item of items) itemOf(idOf(item))?.classList.toggle(NEW, item.classList.contains(NEW));
  const came = items.filter((item) => !itemOf(idOf(item)));
  const list = $("#pane .c-finds");
  if (list && came.length < items.length) {
    list.prepend(...came);
    came.forEach(localise);
  } else if (came.length > 0) {
    // Nothing was shown yet, or more came than stand on a page: what is between would be missing.
    renewPane();
  }
};

const renew = async () => {
  again = fetches;
  if (fetches) return;
  fetches = true;
  const answer = await ask("GET", INBOX);
  fetches = false;
  if (again) renew();
  else if (answer.ok) take(answer.text);
};

/** What is told may come while the inbox is being fetched. */
const bring = () => {
  if (newest && openedPane() === INBOX && !itemOf(newest)) renew();
};

export const startInbox = () => {
  live("notification.new", ({ payload }) => {
    newest = payload.notification.id;
    if (!known.includes(newest)) count(unread() + 1);
    if (fetches) renew();
    else bring();
  });
  live("notification.read", ({ payload: { ids, all_before } }) => {
    count(ids ? unread() - ids.length : 0);
    const isRead = (id) => (ids ? ids.includes(id) : id <= all_before);
    $$(`#pane .${NEW}`).filter((item) => isRead(idOf(item) ?? "")).forEach((item) => item.classList.remove(NEW));
  });
  // What was told of a channel is read with it, and no event says which that was.
  live("read.updated", () => (unread() > 0 || openedPane() === INBOX) && renew());
  document.addEventListener("pane:opened", bring);
  on("click", "[data-read-all]", async () => {
    const answer = await ask("POST", "/api/notifications/read", { json: { all: true } });
    if (!answer.ok) return;
    count(0);
    $$(`#pane .${NEW}`).forEach((item) => item.classList.remove(NEW));
  });
};
