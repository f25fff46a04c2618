// Who somebody is, beside their name, and a direct message to them: a link would leave the page.
import { $, ask, fragment, on, shown } from "./dom.js";
import { standBeside } from "./beside.js";
import { localise } from "./rows.js";

const open = async (button) => {
  const popover = $("#card");
  const home = shown.community ? `?community_id=${shown.community}` : "";
  const person = button.dataset.card || button.closest("[data-author]").dataset.author;
  const answer = await ask("GET", `/users/${person}/card${home}`);
  if (!answer.ok) return;
  popover.replaceChildren(fragment(answer.text));
  localise(popover);
  popover.showPopover();
  standBeside(popover, button);
  document.dispatchEvent(new CustomEvent("pane:opened"));
  $("button", popover)?.focus();
};

export const startCards = () => {
  on("click", "[data-card]", (_, button) => open(button));
  on("click", "[data-write-to]", async (event, button) => {
    event.preventDefault();
    const answer = await ask("POST", "/api/dms", { json: { user_ids: [button.dataset.writeTo] } });
    if (answer.ok) location.assign(`/dm/${JSON.parse(answer.text).id}`);
  });
};
