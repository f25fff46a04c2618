// What people write to attack those who read it, through the real renderer and a real browser under the content security policy: no
// script runs, no frame or form appears, no link leads into the page, and the page goes on to live.
import assert from "node:assert/strict";
import { found, invite, live, seen, send, suite } from "./lib.mjs";

const HIT = "window.__hit = true";
/** What sets a mark or opens a dialog if any of it runs. */
const PAYLOADS = [
  `<script>${HIT}</script>`,
  `<img src=x onerror="${HIT}">`,
  `<svg onload="${HIT}"><animate onbegin="${HIT}" attributeName=x dur=1s></svg>`,
  `<iframe srcdoc="<script>parent.__hit = true</script>"></iframe>`,
  `<details open ontoggle="${HIT}">x</details>`,
  `<a href="javascript:${HIT}">x</a>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--><img src=1 onerror=${HIT}>">`,
  `<form action="https://evil.example"><input name=q><button>x</button></form>`,
  `<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">`,
  `<style>body { display: none }</style><link rel=stylesheet href="https://evil.example/x.css">`,
  `<p hx-get="/sign-out" hx-trigger="load" hx-on:load="${HIT}">x</p>`,
  `[x](javascript:${HIT})`,
  `[x](JaVaScRiPt:${HIT})`,
  `[x](java&#10;script:${HIT})`,
  `[x](&#106;avascript:${HIT})`,
  `[x](data:text/html,<script>${HIT}</script>)`,
  `[x](vbscript:${HIT})`,
  `[x](//evil.example "onmouseover=${HIT}")`,
  `[x](https://a.example/" onmouseover="${HIT})`,
  `![x](x" onerror="${HIT})`,
  `<javascript:${HIT}>`,
  `https://a.example/"onmouseover="${HIT}"`,
  "```\"><script>" + HIT + "</script>\nx\n```",
  "`<img src=x onerror=" + HIT + ">`",
  `||<img src=x onerror=${HIT}>||`,
  `> <svg/onload=${HIT}>`,
  `<!--><img src=x onerror=${HIT}>-->`,
  `&lt;script&gt;${HIT}&lt;/script&gt;`,
  `\u202e<img src=x onerror=${HIT}>`,
  `hi&#13;&#10;event: resync&#13;&#10;data: x&#13;&#10;&#13;&#10;`,
];
/** How many of them the server may refuse: those that are taken are the test. */
const MOST_REFUSED = 3;
const FORBIDDEN = "script, iframe, object, embed, svg, math, style, link, meta, base, form, video, audio, img, [style], [hx-get], [srcdoc]";

/** Sends each of them; what is answered by neither status, or refused too often, fails. */
const mostAreTaken = async ([taken, refusal], post) => {
  const refused = [];
  for (const payload of PAYLOADS) {
    const status = (await post(payload)).status();
    assert.ok([taken, refusal].includes(status), `${payload}: ${status}`);
    if (status === refusal) refused.push(payload);
  }
  assert.ok(refused.length <= MOST_REFUSED, `what is refused is not looked at: ${refused.join("\n")}`);
};

/** What is wrong with the messages of a page, as its browser sees them. */
const faults = (page) => page.evaluate((forbidden) => {
  const found = [];
  if (window.__hit) found.push("a script ran");
  for (const body of document.querySelectorAll(".c-message__body, .c-preview")) {
    for (const one of body.querySelectorAll(forbidden)) found.push(one.outerHTML);
    for (const one of body.querySelectorAll("*")) {
      if ([...one.attributes].some(({ name }) => name.startsWith("on") || name.startsWith("hx-on"))) found.push(one.outerHTML);
    }
    for (const link of body.querySelectorAll("a[href]")) {
      if (!["http:", "https:", "mailto:"].includes(link.protocol)) found.push(link.outerHTML);
    }
  }
  return found;
}, FORBIDDEN);

await suite(async ({ server, person, step }) => {
  const [ann, bob] = await Promise.all([person(), person()]);
  let loads = 0;
  const dialogs = [];
  for (const page of [ann, bob]) {
    page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
  }
  await found(ann, server.base, "ann");
  await invite(ann, bob, "bob");
  bob.on("load", () => { loads += 1; });
  const channel = ann.url().split("/").pop();
  const asks = (method, path, data) =>
    ann.request.fetch(`${server.base}${path}`, { method, data, headers: { origin: server.base } });

  await step("messages that attack show as text, as they come", async () => {
    await mostAreTaken([201, 422], (body_md) => asks("POST", `/api/channels/${channel}/messages`, { body_md }));
    await send(ann, "the end of it");
    await seen(bob, "the end of it");
    assert.deepEqual(await faults(bob), []);
    assert.equal(loads, 0, "no message makes the page load anew");
  });

  await step("and where the page is read again", async () => {
    await bob.reload();
    await live(bob);
    await seen(bob, "the end of it");
    assert.deepEqual(await faults(bob), []);
  });

  await step("names, topics and what programs say attack no one", async () => {
    const name = `<img src=x onerror=${HIT}>`;
    assert.equal((await asks("PATCH", "/api/me", { display_name: name })).status(), 200);
    assert.equal((await asks("PATCH", `/api/channels/${channel}`, { topic: name })).status(), 200);
    const made = await asks("POST", `/api/channels/${channel}/webhooks`, { name });
    const { url } = await made.json();
    await mostAreTaken([200, 400], (text) => ann.request.post(url, { data: { text, username: name } }));
    await send(ann, "the very end");
    await seen(bob, "the very end");
    assert.deepEqual(await faults(bob), []);
    await bob.reload();
    await live(bob);
    await seen(bob, "the very end");
    assert.deepEqual(await faults(bob), []);
    assert.equal(await bob.locator("img[src=x]").count(), 0, "nor anywhere else on the page");
  });

  assert.deepEqual(dialogs, []);
});
