// Forms that stay where they are: emptied once their request went through, kept as they were typed when it was refused. Those that lead to
// another page are sent once: HTML sends them as often as their button is pressed until that page is there.
import { $$, on } from "./dom.js";

let under = new WeakSet();

const once = (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post" || form.hasAttribute("hx-post")) return;
  if (under.has(form)) event.preventDefault();
  under.add(form);
};

export const startForms = () => {
  document.addEventListener("submit", once);
  // A page that the browser had put aside and shows again.
  addEventListener("pageshow", () => { under = new WeakSet(); });
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (!sourceElement.matches("form[data-reset]") || !response || response.status >= 400) return;
    sourceElement.reset();
    sourceElement.closest("details")?.removeAttribute("open");
    $$("output", sourceElement.parentElement).forEach((output) => { output.textContent = ""; });
  });
  on("click", "[data-select]", (_, field) => field.select());
};
