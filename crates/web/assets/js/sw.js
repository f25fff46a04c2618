// The service worker: keeps the page's files and the last page of each channel, for when there is no network. A page can't answer for itself
// while it is not there.
const KEPT = `ajet-${VERSION}`;
const PAGES = "ajet-pages";
/** Pages that are kept for reading offline. */
const MOST_PAGES = 20;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  // Pages too: those of another version name files that are not kept any more.
  const old = (name) => name.startsWith("ajet-") && name !== KEPT;
  const forget = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  // The browser asks for a page itself, so that cookies and headers are as without a worker.
  event.waitUntil(Promise.all([forget, self.registration.navigationPreload?.enable(), self.clients.claim()]));
});

const isPage = (url) => /^\/(c\/[a-z0-9-]+\/channels|dm)\//.test(url.pathname) && url.search === "";

/** Keeps a page for reading without a network. What only leads to the page is not the page. */
const keep = async (url, answer) => {
  if (!(await answer.clone().text()).includes('<meta name="words"')) return;
  const pages = await caches.open(PAGES);
  await pages.delete(url.pathname);
  await pages.put(url.pathname, answer);
  const keys = await pages.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_PAGES)).map((key) => pages.delete(key)));
};

const OFFLINE = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ajet-chat</title>
<h1>Offline</h1><p>This page was not read before. It opens once there is a network again.</p><p><a href="/">ajet-chat</a></p>`;

/** The page from the network, else as it was last, else one that says that there is no network. */
const page = async (event, url) => {
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    if (answer.ok && isPage(url)) event.waitUntil(keep(url, answer.clone()));
    return answer;
  } catch {
    const last = await (await caches.open(PAGES)).match(url.pathname);
    return last ?? new Response(OFFLINE, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
  }
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  else if (event.request.mode === "navigate") event.respondWith(page(event, url));
});

// A push says that there is something, and not what: the words come from the server once the page opens.
self.addEventListener("push", (event) => {
  const told = (() => {
    try {
      return event.data?.json() ?? {};
    } catch {
      return {};
    }
  })();
  const show = async () => {
    const open = await self.clients.matchAll({ type: "window" });
    // A page that is looked at tells it itself.
    if (open.some((client) => client.focused)) return;
    await self.registration.showNotification(told.title ?? "ajet-chat", { tag: told.id, body: told.body ?? "", data: told.url ?? "/", icon: ICON });
  };
  event.waitUntil(show());
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const go = async () => {
    const path = event.notification.data ?? "/";
    const [open] = await self.clients.matchAll({ type: "window" });
    if (!open) return self.clients.openWindow(path);
    await open.focus();
    return open.navigate(path);
  };
  event.waitUntil(go());
});
