// Search as one goes: chips put operators into the field, results come into the pane. A form of HTML leads to another page.
import { $, ask, fragment, on, reason } from "./dom.js";
import { localise } from "./rows.js";

let turn = 0;

const find = async (path, area, { beside = null } = {}) => {
  turn += 1;
  const own = turn;
  const answer = await ask("GET", path);
  if (own !== turn || !area.isConnected) return;
  const found = fragment(answer.ok ? answer.text : "");
  if (!answer.ok) found.append(reason(answer));
  localise(found);
  if (beside) beside.replaceWith(found);
  else area.replaceChildren(found);
};

export const startSearch = () => {
  on("submit", "form[data-search]", (event, form) => {
    event.preventDefault();
    const typed = form.elements.q.value.trim();
    if (typed) find(`/search/results?q=${encodeURIComponent(typed)}`, $("#results"));
  });
  on("click", "[data-operator]", (_, chip) => {
    const field = $("#q");
    field.value = `${field.value.trim()} ${chip.dataset.operator}`.trimStart();
    field.focus();
  });
  on("click", "[data-more-results]", (_, button) => find(button.dataset.moreResults, $("#results"), { beside: button }));
};
