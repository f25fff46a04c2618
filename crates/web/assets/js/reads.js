// What was seen counts as read, in all tabs and on all devices: HTML does not know what is on screen.
import { ask, on, shown } from "./dom.js";
import { channelList } from "./list.js";
import { setUnread } from "./sidebar.js";
import { live } from "./stream.js";

let reached = shown.read ?? "";
/** Marked as unread by hand: it stays so until the reader does something new here. */
let held = false;

const mark = async () => {
  const list = channelList();
  if (!list || held || document.hidden || !document.hasFocus() || shown.joined === undefined || !list.isAtEnd) return;
  const id = list.last?.dataset.id;
  if (!id || id <= reached) return;
  reached = id;
  const answer = await ask("PUT", `/api/channels/${shown.channel}/read`, { json: { message_id: id }, keepalive: true });
  if (!answer.ok) reached = "";
};
let due = 0;
/** In a moment, also where messages do not stop coming. */
const markSoon = () => {
  due ||= setTimeout(() => {
    due = 0;
    mark();
  }, 400);
};

/** The whole channel counts as read. */
export const markAllRead = async () => {
  held = false;
  const list = channelList();
  if (list && !list.hasEnd) await list.show(null);
  list?.toEnd();
  document.querySelectorAll(".c-new-line").forEach((line) => line.remove());
  mark();
};

export const startReads = () => {
  live("read.updated", ({ payload }) => {
    setUnread(payload.channel_id, payload.unread);
    if (payload.channel_id === shown.channel) reached = payload.message_id ?? "";
  });
  live("message.created", markSoon);
  document.addEventListener("list:moved", markSoon);
  document.addEventListener("read:held", ({ detail }) => {
    held = true;
    channelList()?.markUnread(detail);
  });
  on("input", "form[data-composer] textarea", () => { held = false; });
  document.addEventListener("visibilitychange", markSoon);
  addEventListener("focus", markSoon);
  // Who goes on at once has read it all the same.
  addEventListener("pagehide", () => due && mark());
  markSoon();
};
