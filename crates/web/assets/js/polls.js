// A vote is sent as it is made, and shown as the server counts it: a form of HTML would load the page anew.
import { ask, on, reason, announce } from "./dom.js";
import { renewSoon } from "./messages.js";

export const startPolls = () =>
  on("change", "form.c-poll", async (_, form) => {
    const options = [...form.querySelectorAll("input:checked")].map((input) => Number(input.value));
    const answer = await ask("PUT", `/api/messages/${form.dataset.poll}/votes`, { json: { options } });
    if (!answer.ok) announce(reason(answer));
    renewSoon(form.dataset.poll);
  });
