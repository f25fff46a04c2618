// Polls are put and voted in without leaving the list, and shown as the server counts: a form of HTML would load the page anew.
import { $, announce, ask, on, reason, sendKeys, shown } from "./dom.js";
import { renewSoon } from "./messages.js";

const keys = sendKeys();

const put = async (form) => {
  const { question, options, multiple, closes_at: end } = form.elements;
  const poll = {
    question: question.value, options: options.value.split("\n").map((line) => line.trim()).filter(Boolean), multiple: multiple.checked,
    closes_at: end.value ? new Date(end.value).toISOString() : null,
  };
  const answer = await ask("POST", `/api/channels/${shown.channel}/messages`, { json: { poll, client_mutation_id: keys.of(JSON.stringify(poll)) } });
  if (!answer.ok) {
    $(".c-problem", form).textContent = reason(answer);
    return;
  }
  keys.done();
  form.reset();
  form.closest("dialog").close();
};

export const startPolls = () => {
  on("change", "form.c-poll", async (_, form) => {
    const options = [...form.querySelectorAll("input:checked")].map((input) => Number(input.value));
    const answer = await ask("PUT", `/api/messages/${form.dataset.poll}/votes`, { json: { options } });
    if (!answer.ok) announce(reason(answer));
    renewSoon(form.dataset.poll);
  });
  on("submit", "[data-new-poll]", (event, form) => {
    event.preventDefault();
    put(form);
  });
};
