// Who is typing, and that oneself is: nothing in HTML tells of keys pressed elsewhere.
import { $, ask, on, shown, word } from "./dom.js";
import { live } from "./stream.js";

/** The server hears of it so often, and takes it for over after 15 s. */
const EVERY_MS = 5000;
/** So long after a beginning it takes another one: what comes within three seconds is lost. */
const AGAIN_MS = 3500;
const OVER_MS = 16_000;
const typists = new Map();

const nameOf = (id) =>
  document.querySelector(`.c-message[data-author="${id}"]`)?.dataset.name ?? document.querySelector(`#directs [data-person="${id}"]`)?.closest(".c-channel")?.dataset.name ?? "…";

const show = () => {
  const line = $("#typing");
  const names = [...typists.keys()].map(nameOf);
  const text = names.length === 0 ? "" : names.length > 2 ? word("TypingMany") : word("TypingOne", names.join(", "));
  if (line && line.textContent !== text) line.textContent = text;
};

const over = (id) => {
  clearTimeout(typists.get(id));
  typists.delete(id);
  show();
};

const began = ({ channel_id: channel, payload: { user_id: id } }) => {
  if (channel !== shown.channel || id === shown.me) return;
  clearTimeout(typists.get(id));
  typists.set(id, setTimeout(over, OVER_MS, id));
  show();
};

/** When it was told last, and whether the others still show it. */
let [told, isTold] = [0, false];
const tell = (channel, state) => {
  isTold = state === "start";
  if (isTold) told = Date.now();
  ask("POST", `/api/channels/${channel}/typing`, { json: { state } });
};

export const startTyping = () => {
  live("typing.start", began);
  live("typing.stop", ({ payload }) => over(payload.user_id));
  // Who has just written has stopped.
  live("message.created", ({ dataset: { author } }) => {
    if (typists.has(author)) over(author);
    // The others took it as the end of one's own typing.
    if (author === shown.me) isTold = false;
  });
  on("input", "form[data-composer] textarea", (_, box) => {
    const channel = box.form.dataset.channel;
    if (!box.value.trim() || box.value.startsWith("/")) {
      if (isTold) tell(channel, "stop");
    } else if (Date.now() - told > (isTold ? EVERY_MS : AGAIN_MS)) tell(channel, "start");
  });
};
