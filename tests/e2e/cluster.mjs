// Two nodes, one killed: Ann's browser is at the first one and Bob's at the second, which dies under his page. He goes on at the first one
// without a reload: what was written meanwhile is there, once, in both browsers; and so is what he was writing himself.
import assert from "node:assert/strict";
import { DEADLINE, act, api, found, join, live, message, seen, send, suite, texts } from "./lib.mjs";
import { startBalancer } from "./support/balancer.mjs";
import { lookAround } from "./support/look.mjs";

const NODES = 2;
const once = async (page, text) => assert.equal((await texts(page)).filter((one) => one === text).length, 1, `${text} once`);

await suite(async ({ server, person, step }) => {
  const [left, right] = await Promise.all([startBalancer(server.ports), startBalancer(server.ports.toReversed())]);
  const [ann, bob] = await Promise.all([person(), person()]);
  let loads = 0;

  await step("two people on two nodes see each other's messages", async () => {
    await found(ann, left.url, "ann");
    await join(ann, bob, left.url, "bob");
    await bob.goto(ann.url().replace(left.url, right.url));
    await live(bob);
    bob.on("load", () => { loads += 1; });
    await send(ann, "from the first node");
    await seen(bob, "from the first node");
    await send(bob, "from the second node");
    await seen(ann, "from the second node");
  });

  await step("the node under Bob's page dies, and what he writes waits", async () => {
    await bob.fill("#body", "begun before");
    await server.kill(1);
    await send(ann, "while one is away");
    await seen(ann, "while one is away");
    await bob.press("#body", "Enter");
    await lookAround(bob, "cluster-killed");
  });

  await step("Bob goes on at the other one: nothing is missing, and nothing is there twice", async () => {
    await live(bob);
    await seen(bob, "while one is away");
    await seen(ann, "begun before");
    await send(bob, "after it");
    await seen(ann, "after it");
    await bob.waitForFunction(() => document.querySelectorAll(".c-rows--pending > li").length === 0, null, { timeout: DEADLINE });
    for (const page of [ann, bob]) {
      for (const text of ["from the first node", "from the second node", "while one is away", "begun before", "after it"]) await once(page, text);
    }
    assert.deepEqual(await texts(bob), await texts(ann));
    assert.equal(loads, 0, "without a reload");
  });

  await step("all else works as well: threads, reactions, new channels, and a page that is opened now", async () => {
    await act(bob, "while one is away", "thread");
    await bob.fill("#reply", "a reply to it");
    await bob.press("#reply", "Enter");
    await message(ann, "while one is away").locator(".c-thread-line").waitFor();
    await act(ann, "begun before", "react");
    await ann.locator("#emoji [data-pick='👍']").first().click();
    await message(bob, "begun before").locator(".c-reaction").waitFor();
    const home = await ann.evaluate(() => document.body.dataset.community);
    const made = await (await api(ann, left.url, "POST", `/api/communities/${home}/channels`, { name: "after-the-fall" })).json();
    await bob.locator(`#channel-${made.id}`).waitFor();
    await bob.reload();
    await live(bob);
    await seen(bob, "after it");
    await lookAround(bob, "cluster-after");
  });

  for (const balancer of [left, right]) balancer.stop();
}, undefined, NODES);
