// Forms that stay where they are: emptied once their request went through, kept as they were typed when it was refused.
import { $$, on } from "./dom.js";

export const startForms = () => {
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (!sourceElement.matches("form[data-reset]") || !response || response.status >= 400) return;
    sourceElement.reset();
    sourceElement.closest("details")?.removeAttribute("open");
    $$("output", sourceElement.parentElement).forEach((output) => { output.textContent = ""; });
  });
  on("click", "[data-select]", (_, field) => field.select());
};
