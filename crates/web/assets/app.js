// The little that HTML alone can't do: whose message it is, staying at the bottom, sending with Enter, local times.
(() => {
  "use strict";
  // Trusted Types: the one policy that the server's headers allow. What htmx swaps in becomes HTML by it, and nothing becomes a script.
  if (window.trustedTypes) {
    const policy = trustedTypes.createPolicy("fragments", { createHTML: (html) => html });
    htmx.registerExtension("trusted", { init: (api) => api.initSecurity(policy) });
  }
  const me = document.body.dataset.me;
  const scroll = document.getElementById("scroll");
  const connection = document.getElementById("connection");

  const mutationId = () => (crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random()}`);
  const freshIds = () => document.querySelectorAll("[data-mutation-id]").forEach((input) => { input.value = mutationId(); });

  // Fragments are the same for all readers: the reader's own messages are marked here.
  const dress = (root) => {
    for (const item of root.querySelectorAll("li.message:not([data-dressed])")) {
      item.dataset.dressed = "";
      if (item.dataset.author === me) item.classList.add("own");
      const time = item.querySelector("time");
      if (time) time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    }
    root.querySelectorAll(".spoiler:not([data-dressed])").forEach(hide);
  };

  // A spoiler is a button until it is opened: what it hides can be neither seen, nor read out, nor followed.
  const hide = (spoiler) => {
    spoiler.dataset.dressed = "";
    const inside = document.createElement("span");
    inside.inert = true;
    inside.append(...spoiler.childNodes);
    spoiler.append(inside);
    spoiler.tabIndex = 0;
    spoiler.setAttribute("role", "button");
    spoiler.setAttribute("aria-label", "Hidden text: show it");
  };
  const open = (spoiler) => {
    spoiler.classList.add("shown");
    spoiler.firstChild.inert = false;
    // Who opened it by key stays where they are.
    spoiler.tabIndex = -1;
    for (const name of ["role", "aria-label"]) spoiler.removeAttribute(name);
  };

  // A live fragment of a channel does not know which one is open here.
  const markCurrent = () => {
    const open = document.querySelector(`#channel-${document.body.dataset.channel} a:not([aria-current])`);
    if (open) open.setAttribute("aria-current", "page");
  };

  const atBottom = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const toBottom = () => { scroll.scrollTop = scroll.scrollHeight; };

  // What is on screen counts as read.
  let reading = 0;
  const markRead = () => {
    clearTimeout(reading);
    reading = setTimeout(() => {
      const last = document.querySelector(".messages > li:last-child");
      if (!last || document.hidden || !document.getElementById("composer")) return;
      fetch(`/api/channels/${document.body.dataset.channel}/read`, {
        method: "PUT", headers: { "content-type": "application/json" },
        body: JSON.stringify({ message_id: last.id.slice(2) }),
      }).catch(() => {});
    }, 400);
  };

  if (scroll) {
    let stick = true;
    dress(document);
    toBottom();
    scroll.addEventListener("scroll", () => { stick = atBottom(); });
    new MutationObserver(() => {
      dress(scroll);
      if (stick) { toBottom(); markRead(); }
    }).observe(scroll, { childList: true, subtree: true });
    new MutationObserver(markCurrent).observe(document.getElementById("channels"), { childList: true });
    document.addEventListener("visibilitychange", markRead);
    markRead();
  }
  freshIds();

  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea")) {
      event.preventDefault();
      if (event.target.value.trim()) event.target.form.requestSubmit();
    }
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".spoiler:not(.shown)")) {
      event.preventDefault();
      open(event.target);
    }
    if (event.key === "Escape" && event.target.matches("form.edit textarea")) {
      event.target.form.querySelector("button[type=button]").click();
    }
  });

  // A sent form is emptied for the next one, under a new mutation id; a refused one keeps what was typed.
  document.addEventListener("htmx:after:request", (event) => {
    const { sourceElement, response } = event.detail.ctx;
    if (sourceElement.matches("form[data-reset]") && response && response.status < 400) {
      sourceElement.reset();
      sourceElement.querySelectorAll("output").forEach((output) => { output.textContent = ""; });
      freshIds();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-select]")) event.target.select();
    const spoiler = event.target.closest(".spoiler:not(.shown)");
    if (spoiler) open(spoiler);
  });

  const say = (text) => { if (connection) connection.textContent = text; };
  let connections = 0;
  document.addEventListener("htmx:sse:after:connection", () => {
    connections += 1;
    say("");
    document.body.dataset.live = "true";
  });
  document.addEventListener("htmx:sse:close", () => { delete document.body.dataset.live; say("reconnecting…"); });
  document.addEventListener("htmx:sse:error", (event) => {
    delete document.body.dataset.live;
    if (event.detail.status === 401) location.reload();
    say("reconnecting…");
  });
  document.addEventListener("resync", () => location.reload());
  // What was taken away while the page was away is still shown. At its first connection the page was made a moment ago.
  document.addEventListener("rights", () => { if (connections > 1) location.reload(); });
})();
