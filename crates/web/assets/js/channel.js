// What one does with a channel as a whole, told once it is done: a form of HTML would load the page first.
import { $, announce, ask, on, reason, shown, word } from "./dom.js";
import { goElsewhere } from "./sidebar.js";
import { live } from "./stream.js";

const doers = {
  mute: () => ask("PUT", `/api/channels/${shown.channel}/mute`, { json: { muted: true } }),
  unmute: () => ask("PUT", `/api/channels/${shown.channel}/mute`, { json: { muted: false } }),
  leave: () => ask("POST", `/api/channels/${shown.channel}/leave`),
};

export const startChannel = () => {
  on("click", "[data-channel-do]", async (_, button) => {
    const answer = await doers[button.dataset.channelDo]();
    $("#channel-menu").hidePopover();
    if (!answer.ok) announce(reason(answer));
    else if (button.dataset.channelDo === "leave") goElsewhere();
  });
  // Perhaps on another device.
  live("channel.preferences", ({ payload }) => {
    const button = $('[data-channel-do$="mute"]');
    if (!button || payload.channel_id !== shown.channel) return;
    button.dataset.channelDo = payload.muted ? "unmute" : "mute";
    button.textContent = word(payload.muted ? "Unmute" : "Mute");
  });
};
