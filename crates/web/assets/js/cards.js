// Who somebody is, beside their name, and a direct message to them: a link would leave the page.
import { $, ask, fragment, on, reason, shown } from "./dom.js";
import { standBeside } from "./beside.js";
import { localise } from "./rows.js";

/** Puts somebody's card as it is now into the popover; whether it is there. */
const fill = async (popover, person) => {
  const home = shown.community ? `?community_id=${shown.community}` : "";
  const answer = await ask("GET", `/users/${person}/card${home}`);
  if (!answer.ok) return false;
  popover.replaceChildren(fragment(answer.text));
  localise(popover);
  document.dispatchEvent(new CustomEvent("pane:opened"));
  return true;
};

const open = async (button) => {
  const popover = $("#card");
  if (!(await fill(popover, button.dataset.card || button.closest("[data-author]").dataset.author))) return;
  popover.showPopover();
  standBeside(popover, button);
  $("button", popover)?.focus();
};

/** Blocks somebody, or lifts that. */
const block = async ({ dataset: { block: person, blocked } }) => {
  const popover = $("#card");
  const answer = await ask(blocked === undefined ? "PUT" : "DELETE", `/api/users/${person}/block`);
  // Somebody else's card may be open by now.
  if ($("[data-block]", popover)?.dataset.block !== person) return;
  if (!answer.ok) $(".c-problem", popover).textContent = reason(answer);
  else if (await fill(popover, person)) $("[data-block]", popover).focus();
};

export const startCards = () => {
  on("click", "[data-card]", (_, button) => open(button));
  on("click", "[data-block]", (_, button) => block(button));
  on("click", "[data-write-to]", async (event, button) => {
    event.preventDefault();
    const answer = await ask("POST", "/api/dms", { json: { user_ids: [button.dataset.writeTo] } });
    if (answer.ok) location.assign(`/dm/${JSON.parse(answer.text).id}`);
  });
};
