// What one does with a channel as a whole, told once it is done: a form of HTML would load the page first.
import { $, announce, ask, on, reason, shown, word } from "./dom.js";
import { goElsewhere } from "./sidebar.js";
import { live } from "./stream.js";

const doers = {
  mute: () => ask("PUT", `/api/channels/${shown.channel}/mute`, { json: { muted: true } }),
  unmute: () => ask("PUT", `/api/channels/${shown.channel}/mute`, { json: { muted: false } }),
  leave: () => ask("POST", `/api/channels/${shown.channel}/leave`),
  hide: () => ask("PUT", `/api/dms/${shown.channel}/hidden`),
};

/** Shows what the reader is told of the channel, as the server has it. */
const showLevel = (level) => {
  for (const option of $("#channel-level")?.options ?? []) {
    option.defaultSelected = option.value === level;
    option.selected = option.defaultSelected;
  }
};

export const startChannel = () => {
  on("click", "[data-channel-do]", async (_, button) => {
    const answer = await doers[button.dataset.channelDo]();
    $("#channel-menu").hidePopover();
    if (!answer.ok) announce(reason(answer));
    else if (["leave", "hide"].includes(button.dataset.channelDo)) goElsewhere();
  });
  on("change", "#channel-level", async (_, { value: level, options }) => {
    const before = [...options].find((option) => option.defaultSelected)?.value;
    const answer = await ask("PUT", `/api/channels/${shown.channel}/notify`, { json: { level } });
    showLevel(answer.ok ? level : before);
    if (!answer.ok) announce(reason(answer));
  });
  // Perhaps on another device.
  live("channel.preferences", ({ payload }) => {
    const button = $('[data-channel-do$="mute"]');
    if (!button || payload.channel_id !== shown.channel) return;
    showLevel(payload.notify);
    button.dataset.channelDo = payload.muted ? "unmute" : "mute";
    button.textContent = word(payload.muted ? "Unmute" : "Mute");
  });
};
