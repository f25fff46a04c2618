// Two people chat in two real browsers against a real server: sign-in, community, invite, live messages, edit, delete,
// a webhook by a third party's client library, and a server that goes away and comes back.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { act, found, invite, live, message, seen, send, signIn, suite, texts, tools } from "./lib.mjs";
import { lookAround } from "./support/look.mjs";

await suite(async ({ server, person, step }) => {
  const [ann, bob] = await Promise.all([person(), person({ colorScheme: "dark" })]);

  await step("the first person signs in and founds a community", () => found(ann, server.base, "ann"));

  await step("an invite link brings the second person in", () => invite(ann, bob, "bob"));

  await step("a message appears in the other browser without a reload", async () => {
    await send(ann, "Hello **Bob**, `code` and ||a secret||");
    await seen(bob, "Hello Bob");
    await send(bob, "Hi Ann :smile:");
    await seen(ann, "Hi Ann 😄");
    for (const page of [ann, bob]) {
      assert.deepEqual(await page.locator("#scroll .c-username").allInnerTexts(), ["@ann", "@bob"]);
    }
    assert.equal(await bob.locator(".c-self .username").innerText(), "@bob");
    await lookAround(ann, "chat-first-words");
  });

  await step("an edit appears, and only one's own messages offer it", async () => {
    await act(ann, "Hello Bob", "edit");
    await ann.locator(".c-edit textarea").waitFor();
    await lookAround(ann, "chat-edit");
    await ann.fill(".c-edit textarea", "Hello **Bob**, edited");
    await ann.press(".c-edit textarea", "Enter");
    await seen(bob, "Hello Bob, edited");
    await seen(ann, "Hello Bob, edited");
    await message(ann, "Hi Ann").hover();
    assert.equal(await ann.locator('[data-do="edit"]').isVisible(), false);
  });

  await step("a deletion appears", async () => {
    await send(bob, "soon gone");
    await seen(ann, "soon gone");
    bob.once("dialog", (dialog) => dialog.accept());
    await act(bob, "soon gone", "delete");
    await ann.locator("em.c-deleted").waitFor();
    assert.equal((await texts(ann)).includes("soon gone"), false);
  });

  await step("a new channel appears in the other side bar, and one joins it to write", async () => {
    await ann.click("summary:has-text('New channel')");
    await ann.fill("#channel-name", "random");
    await ann.click(".c-new-channel button:has-text('Create')");
    await bob.click("#channels >> text=random");
    await bob.locator(".c-join").waitFor();
    await lookAround(bob, "chat-join");
    await bob.click("text=Join channel");
    await bob.waitForSelector("#composer");
    await live(bob);
    await send(bob, "first in random");
    await seen(bob, "first in random");
    await ann.locator('#channels .c-channel[data-name="random"][data-unread="1"]').waitFor();
    await bob.click("#channels >> text=general");
    await live(bob);
  });

  await step("markup that a person types stays text", async () => {
    await send(ann, "<img src=x onerror=alert(1)> <script>alert(1)</script>");
    await seen(bob, "<script>alert(1)</script>");
    assert.equal(await bob.locator("#scroll .c-message__body img, #scroll script").count(), 0);
  });

  await step("a message writes no event of its own into the stream", async () => {
    let loads = 0;
    bob.on("load", () => { loads += 1; });
    await send(ann, "hi&#13;&#13;event: resync&#13;data: x&#13;&#13;");
    await seen(bob, "hi&#13;&#13;event: resync&#13;data: x");
    await send(ann, "and on it goes");
    await seen(bob, "and on it goes");
    assert.equal(loads, 0, "the page is not told to reload");
  });

  await step("a refusal is HTML, whatever refuses", async () => {
    const ask = (path, options = {}) => ann.evaluate(async ([path, options]) => {
      const answer = await fetch(path, options);
      return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
    }, [path, options]);
    const form = { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "slug=x" };
    const channel = await ann.evaluate(() => document.body.dataset.channel);
    const cases = [
      ["/c/%FF", {}, 404, "<h1>There is nothing here</h1>"],
      ["/channels/nonsense", {}, 404, "<h1>There is nothing here</h1>"],
      ["/communities", { method: "POST" }, 415, "Send the form as application/x-www-form-urlencoded."],
      ["/communities", form, 422, "name is missing."],
      [`/channels/${channel}/messages`, form, 422, "body_md is missing."],
      [`/channels/${channel}/rows?before=nonsense`, {}, 422, "before is not a UUID."],
    ];
    for (const [path, options, status, text] of cases) {
      const answer = await ask(path, options);
      assert.equal(answer.status, status, path);
      assert.match(answer.type, /^text\/html/, path);
      assert.ok(answer.text.includes(text), `${path}: ${answer.text}`);
    }
  });

  await step("the sign-in leads to the page that asked for it, and nowhere else", async () => {
    const visitor = await person();
    await visitor.goto(bob.url());
    assert.equal(new URL(visitor.url()).pathname, "/sign-in");
    await signIn(visitor, "bob");
    await live(visitor);
    assert.equal(visitor.url(), bob.url());
    const stranger = await person();
    await stranger.goto(`${server.base}/sign-in?next=/%09/evil.example`);
    await signIn(stranger, "stranger");
    await stranger.waitForSelector("h1:has-text('Hello')");
    assert.equal(stranger.url(), `${server.base}/`);
    for (const page of [visitor, stranger]) await page.context().close();
  });

  await step("the real input: slack_sdk posts through a webhook and both see it live", async () => {
    const channel = await ann.evaluate(() => document.body.dataset.channel);
    const made = await ann.evaluate(async (id) => {
      const answer = await fetch(`/api/channels/${id}/webhooks`, {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name: "CI" }),
      });
      return answer.json();
    }, channel);
    const script = `
import sys
from slack_sdk.webhook import WebhookClient
answer = WebhookClient(sys.argv[1]).send(text="fallback", blocks=[
    {"type": "header", "text": {"type": "plain_text", "text": "Build passed"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "See <https://ci.example/1|run 1>"}}])
assert answer.status_code == 200 and answer.body == "ok", (answer.status_code, answer.body)
`;
    execFileSync(join(tools, "venv/bin/python"), ["-c", script, made.url], { stdio: "inherit" });
    for (const page of [ann, bob]) {
      await seen(page, "Build passed");
      const posted = message(page, "Build passed");
      await posted.locator(".c-badge", { hasText: "bot" }).waitFor();
      assert.equal(await posted.locator(".c-username").count(), 0, "a program shows its badge instead of a user name");
    }
    await lookAround(bob, "chat-webhook");
  });

  await step("after a restart both go on, with nothing missing and nothing double", async () => {
    await send(ann, "before the restart");
    await seen(bob, "before the restart");
    assert.equal(await server.stop(), 0, "Ctrl-C ends the server cleanly");
    await bob.locator("#connection", { hasText: "reconnecting" }).waitFor();
    await lookAround(bob, "chat-away");
    await server.start();
    await Promise.all([live(ann), live(bob)]);
    await send(bob, "after the restart");
    await seen(ann, "after the restart");
    await send(ann, "and back");
    await seen(bob, "and back");
    const [left, right] = [await texts(ann), await texts(bob)];
    assert.deepEqual(left, right);
    for (const text of ["before the restart", "after the restart", "and back"]) {
      assert.equal(left.filter((one) => one === text).length, 1, `${text} once`);
    }
  });

  await step("the keyboard alone is enough", async () => {
    await bob.reload();
    await live(bob);
    await bob.keyboard.press("Escape");
    await bob.focus("#body");
    await bob.keyboard.type("typed");
    await bob.keyboard.press("Enter");
    await seen(ann, "typed");
    await bob.keyboard.press("Shift+Tab");
    const where = await bob.evaluate(() => document.activeElement.tagName);
    assert.notEqual(where, "BODY");
  });
});
