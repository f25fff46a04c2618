// Web Push in a real browser: the switches of the settings, and what the service worker shows. A browser without a
// display reaches no push service, so its subscription is a stand-in; what arrives is handed to the service worker by the browser's own tools.
import assert from "node:assert/strict";
import { api, found, live, suite } from "./lib.mjs";

/** Runs in each page, before its scripts. */
const standIn = () => {
  const asks = window.fetch;
  window.fetch = (path, init) => {
    if (!localStorage.getItem("away")) return asks(path, init);
    document.documentElement.dataset.asked = "yes";
    return Promise.resolve(new Response("{}", { status: 503 }));
  };
  const NAME = "stand-in";
  const keys = {
    p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", auth: "BTBZMqHH6r4Tts7J_aSIgg",
  };
  const of = (endpoint) => ({
    endpoint, options: {}, toJSON: () => ({ endpoint, expirationTime: null, keys }),
    unsubscribe: async () => { localStorage.removeItem(NAME); return true; },
  });
  PushManager.prototype.getSubscription = async () => { const kept = localStorage.getItem(NAME); return kept && of(kept); };
  PushManager.prototype.subscribe = async ({ userVisibleOnly, applicationServerKey }) => {
    if (!userVisibleOnly || applicationServerKey.length !== 65) throw new TypeError("no browser takes that");
    localStorage.setItem(NAME, `https://push.example/${crypto.randomUUID()}`);
    return of(localStorage.getItem(NAME));
  };
};

/** Waits until the settings show how this browser stands. */
const stands = (page, on, text) => page.waitForFunction(
  ([isOn, isText]) => {
    const box = document.querySelector("[data-push]:not([hidden])");
    const [one, other] = ["push", "push_text"].map((name) => box?.querySelector(`[name=${name}]`));
    return box && one.checked === isOn && !one.disabled && other.checked === isText;
  },
  [on, text],
);

await suite(async ({ server, person, tab, step }) => {
  const ann = await person();
  await ann.context().grantPermissions(["notifications"], { origin: server.base });
  await ann.context().addInitScript(standIn);
  await found(ann, server.base, "ann");
  const channel = ann.url();
  const kept = async () => (await (await api(ann, server.base, "GET", "/api/me/push")).json()).items;
  const settings = `${server.base}/settings/notifications`;

  await step("a browser is pushed to once its person says so, and says no text until they choose it", async () => {
    await ann.goto(settings);
    await stands(ann, false, false);
    await ann.click("[name=push]");
    await stands(ann, true, false);
    assert.deepEqual((await kept()).map(({ with_text: text, current }) => [text, current]), [[false, true]]);
    await ann.click("[name=push_text]");
    await stands(ann, true, true);
    await ann.reload();
    await stands(ann, true, true);
    assert.equal((await kept())[0].with_text, true);
  });

  await step("what is pushed is shown in the reader's words, and its own where it has some", async () => {
    const tools = await ann.context().newCDPSession(ann);
    await tools.send("ServiceWorker.enable");
    const registration = new Promise((resolve) => {
      tools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => registrations[0] && resolve(registrations[0].registrationId));
    });
    await ann.goto(channel);
    await live(ann);
    const origin = server.base;
    const push = async (told) => tools.send("ServiceWorker.deliverPushMessage", { origin, registrationId: await registration, data: JSON.stringify(told) });
    const shown = () => ann.evaluate(async () => {
      const worker = await navigator.serviceWorker.ready;
      return (await worker.getNotifications()).map(({ title, body, tag, data }) => ({ title, body, tag, data }));
    });
    // A page that is looked at tells it itself: none is open.
    await registration;
    await ann.goto("about:blank");
    await push({ id: "one", type: "mention", url: "/settings/profile", silent: false });
    await push({ id: "two", type: "dm", url: "https://elsewhere.example/", silent: true, title: "Bob", body: "hello" });
    await ann.goto(channel);
    await ann.waitForFunction(async () => (await (await navigator.serviceWorker.ready).getNotifications()).length === 2);
    const found = await shown();
    assert.deepEqual(found.find(({ tag }) => tag === "one"), { title: "You were mentioned", body: "", tag: "one", data: "/settings/profile" });
    assert.deepEqual([found.find(({ tag }) => tag === "two").title, found.find(({ tag }) => tag === "two").body], ["Bob", "hello"]);
    const shows = (count) => ann.waitForFunction(async (all) => (await (await navigator.serviceWorker.ready).getNotifications()).length === all, count);
    // The page of a channel says nothing of invites, and settings nothing at all.
    await push({ id: "three", type: "invite", url: "/", silent: false });
    await shows(3);
    await ann.goto(settings);
    await push({ id: "four", type: "mention", url: "/", silent: false });
    await shows(4);
  });

  await step("what is pushed is shown in another language once its reader sees these settings in it", async () => {
    const says = (words) => ann.waitForFunction(async (wanted) => (await (await caches.match("/ajet-words")).json()).dm === wanted, words);
    await says("New direct message");
    for (const [language, words] of [["de", "Neue Direktnachricht"], ["en", "New direct message"]]) {
      await ann.goto(`${server.base}/settings/appearance`);
      await ann.selectOption("#language", language);
      await Promise.all([ann.waitForEvent("load"), ann.locator("form:has(#language) button[type=submit]").click()]);
      await ann.goto(settings);
      await stands(ann, true, true);
      await says(words);
    }
  });

  await step("a server that does not answer costs no browser its subscription", async () => {
    await ann.evaluate(() => localStorage.setItem("away", "yes"));
    await ann.goto(settings);
    await ann.waitForFunction(() => document.documentElement.dataset.asked === "yes");
    // What follows from the answer takes no time: it is done within a frame or two.
    await ann.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    // How the switches stand is not known, so they are not shown.
    assert.equal(await ann.evaluate(() => document.querySelector("[data-push]").hidden), true);
    assert.notEqual(await ann.evaluate(() => localStorage.getItem("stand-in")), null);
    await ann.evaluate(() => localStorage.removeItem("away"));
  });

  await step("switched off it is forgotten, by the browser and by the server", async () => {
    await ann.goto(settings);
    await stands(ann, true, true);
    await ann.click("[name=push]");
    await stands(ann, false, false);
    assert.deepEqual(await kept(), []);
    assert.equal(await ann.evaluate(() => localStorage.getItem("stand-in")), null);
  });

  await step("a subscription that is another person's is given up", async () => {
    await ann.evaluate(() => localStorage.setItem("stand-in", "https://push.example/somebody"));
    // It is looked for once in each tab.
    const other = await tab(ann);
    await other.goto(channel);
    await other.waitForFunction(() => localStorage.getItem("stand-in") === null);
  });
});
