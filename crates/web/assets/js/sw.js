// The service worker: keeps the page's files and the last page of each channel, for when there is no network. A page can't answer for itself
// while it is not there.
const KEPT = `ajet-${VERSION}`;
const PAGES = "ajet-pages";
/** Where the settings leave the words for what is pushed without a text, in the language of its reader (`push.js`). */
const WORDS = "ajet-words";
/** Pages that are kept for reading offline. */
const MOST_PAGES = 20;
/** They are kept for three days: a browser without a network does not learn that its session was ended elsewhere. */
const LONGEST_MS = 3 * 86_400_000;
/** Says when a page was kept. */
const KEPT_AT = "x-kept-at";
/** Until it has heard of something. */
let isNew = true;

self.addEventListener("install", (event) => {
  isNew = false;
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  isNew = false;
  // Pages too: those of another version name files that are not kept any more.
  const old = (name) => name.startsWith("ajet-") && name !== KEPT && name !== WORDS;
  const forget = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  // The browser asks for a page itself, so that cookies and headers are as without a worker.
  event.waitUntil(Promise.all([forget, self.registration.navigationPreload?.enable(), self.clients.claim()]));
});

const isChat = (url) => /^\/(c\/[a-z0-9-]+\/channels|dm)\//.test(url.pathname);
const isPage = (url) => isChat(url) && url.search === "";

/** Who reads a page. */
const readerOf = (html) => /<body [^>]*?data-me="([0-9a-f-]{36})"/.exec(html)?.[1];

/** The pages that are kept. Those that are too old go. */
const keptPages = async () => {
  const [pages, oldest] = [await caches.open(PAGES), Date.now() - LONGEST_MS];
  const isOld = (answer) => !(Number(answer?.headers.get(KEPT_AT)) > oldest);
  await Promise.all((await pages.keys()).map(async (key) => isOld(await pages.match(key)) && pages.delete(key)));
  return pages;
};

/** Says in a page that it was asked for at this moment: shown later it is to learn what happened since. */
const dated = (html, at) => html.replace(/<body /, () => `<body data-kept="${at}" `);

/** Keeps a page for reading without a network. What only leads to the page is not the page. Those of another person go. */
const keep = async (url, answer, at) => {
  const html = await answer.text();
  const reader = readerOf(html);
  if (!reader || !html.includes('<meta name="words"')) return;
  let pages = await keptPages();
  const [any] = await pages.keys();
  if (any && readerOf(await (await pages.match(any)).text()) !== reader) {
    await caches.delete(PAGES);
    pages = await caches.open(PAGES);
  }
  await pages.delete(url.pathname);
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, at);
  await pages.put(url.pathname, new Response(dated(html, at), { status: answer.status, headers }));
  const keys = await pages.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST_PAGES)).map((key) => pages.delete(key)));
};

/** Answers after which the page is not its reader's to see any more. */
const GONE = [403, 404, 410];

const forget = async (url) => {
  const pages = await caches.open(PAGES);
  await pages.delete(url.pathname);
};

const OFFLINE = {
  en: ["Offline", "This page was not read before. It opens once there is a network again.", "Read last"],
  de: ["Offline", "Diese Seite wurde noch nicht gelesen. Sie öffnet sich, sobald es wieder ein Netz gibt.", "Zuletzt gelesen"],
};

/** Says that there is no network, in the language of what was read last, and leads there. Titles were escaped by the server. */
const offline = async () => {
  const pages = await keptPages();
  const last = await Promise.all((await pages.keys()).reverse().map(async (key) => ({ key, html: await (await pages.match(key)).text() })));
  const spoken = last.length > 0 ? /<html lang="([a-z]+)/.exec(last[0].html)?.[1] : navigator.language.slice(0, 2);
  const lang = Object.hasOwn(OFFLINE, spoken ?? "") ? spoken : "en";
  const [heading, why, read] = OFFLINE[lang];
  const links = last.map(({ key, html }) =>
    `<li><a href="${new URL(key.url).pathname.replaceAll("&", "&amp;")}">${/<title>([^<]+)/.exec(html)?.[1] ?? "ajet-chat"}</a></li>`);
  const list = links.length > 0 ? `<h2>${read}</h2><ul>${links.join("")}</ul>` : "";
  const html = `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>ajet-chat</title>
<h1>${heading}</h1><p>${why}</p>${list}<p><a href="/">ajet-chat</a></p>`;
  return new Response(html, { status: 503, headers: { "content-type": "text/html; charset=utf-8" } });
};

/** The page from the network, else as it was last, else one that says that there is no network. */
const page = async (event, url) => {
  // For a worker that begins by this the browser asked a while ago.
  const at = Date.now() - (isNew ? 10_000 : 0);
  isNew = false;
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    if (answer.ok && isPage(url)) event.waitUntil(keep(url, answer.clone(), at));
    if (GONE.includes(answer.status) && isPage(url)) event.waitUntil(forget(url));
    return answer;
  } catch {
    const last = await (await keptPages()).match(url.pathname);
    return last ?? offline();
  }
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  else if (event.request.mode === "navigate") event.respondWith(page(event, url));
});

const titleOf = async (told) => {
  if (told.title) return told.title;
  const words = await (await caches.open(WORDS)).match(`/${WORDS}`);
  return (await words?.json())?.[told.type] ?? "ajet-chat";
};

/** What the page of a channel or of a direct message tells its reader itself (`notify.js`). */
const TOLD_BY_PAGES = ["mention", "dm", "thread_reply"];

const isLookedAt = (client) => client.focused && isChat(new URL(client.url));

self.addEventListener("push", (event) => {
  const told = (() => {
    try {
      return event.data?.json() ?? {};
    } catch {
      return {};
    }
  })();
  const show = async () => {
    const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    // Settings and other pages tell nothing of it.
    if (TOLD_BY_PAGES.includes(told.type) && open.some(isLookedAt)) return;
    const title = await titleOf(told).catch(() => "ajet-chat");
    // One that a page shows as well has the same tag: there is one of the two.
    await self.registration.showNotification(title, { tag: told.id, body: told.body ?? "", silent: Boolean(told.silent), data: told.url, icon: ICON });
  };
  event.waitUntil(show());
});

/** A page of this server. */
const pathOf = (data) => (typeof data === "string" && /^\/(?![/\\])/.test(data) ? data : "/");

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const path = pathOf(event.notification.data);
  const go = async () => {
    const open = await self.clients.matchAll({ type: "window" });
    const client = open.find((one) => one.visibilityState === "visible") ?? open[0];
    if (!client) return self.clients.openWindow(path);
    const there = await client.focus().catch(() => client);
    return there.navigate(path).catch(() => self.clients.openWindow(path));
  };
  event.waitUntil(go());
});

// A browser may give up a subscription for another one. That one is sent no names and no texts until its person chooses so again.
self.addEventListener("pushsubscriptionchange", (event) => {
  const renew = async () => {
    const { oldSubscription: old, newSubscription } = event;
    const options = old?.options;
    const now = newSubscription ?? (options ? await self.registration.pushManager.subscribe(options) : null);
    const send = (method, json) => fetch("/api/me/push", { method, headers: { "content-type": "application/json" }, body: JSON.stringify(json) });
    if (old) await send("DELETE", { endpoint: old.endpoint });
    if (!now) return;
    const { endpoint, keys } = now.toJSON();
    await send("POST", { endpoint, keys });
  };
  event.waitUntil(renew());
});
