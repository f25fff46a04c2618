// Pictures large, over the page: a link would leave it.
import { $, $$, on } from "./dom.js";

let links = [];
let at = 0;

const show = (next) => {
  at = (next + links.length) % links.length;
  const [dialog, link] = [$("#lightbox"), links[at]];
  const image = $("img", dialog);
  [image.src, image.alt] = [link.href, $("img", link).alt];
  $(".c-lightbox__name", dialog).textContent = link.dataset.lightbox;
};

export const startLightbox = () => {
  on("click", "[data-lightbox]", (event, link) => {
    if (event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    links = $$("[data-lightbox]", link.closest(".c-files"));
    show(links.indexOf(link));
    $("#lightbox").showModal();
  });
  on("keydown", "#lightbox", (event) => {
    if (event.key === "ArrowRight") show(at + 1);
    if (event.key === "ArrowLeft") show(at - 1);
  });
  $("#lightbox")?.addEventListener("close", () => $("#lightbox img").removeAttribute("src"));
};
