// What is unread in the title and the icon, and notifications of the desktop: a page that is not looked at can't be read.
import { $, on, shown, word } from "./dom.js";
import { channelName, unreadHere } from "./sidebar.js";
import { live } from "./stream.js";

const plain = { title: document.title, icon: "" };

const show = () => {
  const { mentions, any } = unreadHere();
  document.title = mentions > 0 ? `(${mentions}) ${plain.title}` : any ? `• ${plain.title}` : plain.title;
  const icon = $('link[rel="icon"]');
  const wanted = any || mentions > 0 ? icon.dataset.unread : plain.icon;
  if (icon.getAttribute("href") !== wanted) icon.href = wanted;
  navigator.setAppBadge?.(mentions).catch(() => {});
};

const SAYS = {
  mention: (name) => word("Mentioned", name), dm: (name) => word("SentDm", name), thread_reply: (name) => word("Replied", name),
  saved_reminder: () => word("Reminder"),
};

/** The lock that a page holds while somebody looks at its channel. */
const lockOf = (channel) => `ajet-looks-${channel}`;
let letGo = null;

const holdWhileLooking = () => {
  const looks = !document.hidden && document.hasFocus();
  if (looks && !letGo) {
    const looking = new Promise((resolve) => { letGo = resolve; });
    navigator.locks?.request(lockOf(shown.channel), { mode: "shared" }, () => looking);
  }
  if (!looks) {
    letGo?.();
    letGo = null;
  }
};

/** Whether somebody looks at a channel, in this tab or in another one. */
const isLookedAt = async (channel) => {
  const locks = await navigator.locks?.query();
  return locks?.held.some(({ name }) => name === lockOf(channel)) ?? (channel === shown.channel && letGo !== null);
};

/** One tab is enough: the tag makes the notifications of all tabs one. */
const desktop = async (told) => {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const says = SAYS[told.reason] ?? SAYS[told.type];
  if (!says || (await isLookedAt(told.channel_id))) return;
  const [title, path] = [says(told.actor.display_name), `/m/${told.source_id}`];
  const options = { tag: told.id, silent: told.silent, icon: plain.icon, body: channelName(told.channel_id), data: path };
  try {
    const shownNow = new Notification(title, options);
    shownNow.onclick = () => {
      focus();
      location.assign(path);
    };
  } catch {
    // On phones only the service worker shows any.
    navigator.serviceWorker?.ready.then((worker) => worker.showNotification(title, options)).catch(() => {});
  }
};

export const startNotify = () => {
  plain.icon = $('link[rel="icon"]').getAttribute("href");
  show();
  holdWhileLooking();
  for (const type of ["focus", "blur"]) addEventListener(type, holdWhileLooking);
  document.addEventListener("visibilitychange", holdWhileLooking);
  document.addEventListener("unread:changed", show);
  live("notification.new", ({ payload }) => desktop(payload.notification));
  document.addEventListener("pane:opened", () => {
    const offer = $("[data-ask-notify]");
    if (offer) offer.hidden = !("Notification" in window) || Notification.permission !== "default";
  });
  on("click", "[data-ask-notify]", async (_, button) => {
    await Notification.requestPermission();
    button.hidden = true;
  });
};
