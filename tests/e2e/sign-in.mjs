// People come in by the accounts that they have at a real provider of OpenID Connect, in real browsers: from an installation without a community to people who
// write to each other, and until the provider says that one of them has signed out. Also: a terminal, and the link of an operator.
//
// The page, the provider and a second provider have names that are sites of their own to a browser, so cookies go where they would go on the internet. The server
// is called by a name that is not only this machine's, so it offers no sign-in by name.
import assert from "node:assert/strict";
import { join } from "node:path";
import { DEADLINE, inviteLink, live, seen, send, suite } from "./lib.mjs";
import { signInThere, signOutThere, startIssuer, variablesOf, withoutFonts } from "./support/oidc.mjs";

const shots = process.env.AJET_E2E_SHOTS;
const HOST = "chat.localhost";
/** An address that both providers say is verified: of Ann at the one, of Mallory at the other. */
const SHARED = { email: "ann@example.org", email_verified: true };
let [it, other] = [];

const prepare = async (server) => {
  const issuer = (name, host, people) => startIssuer({
    host, people, callback: `${server.at(HOST)}/auth/${name}/callback`, logout: `${server.base}/auth/${name}/backchannel-logout`,
  });
  it = await issuer("it", "localhost", { ann: { name: "Ann of It", ...SHARED }, bob: { name: "Bob of It" } });
  other = await issuer("other", "127.0.0.1", { annie: { name: "Annie" }, mallory: { name: "Mallory", ...SHARED } });
  return {
    AJET_HTTP_PUBLIC_URL: server.at(HOST), AJET_OUTGOING_PRIVATE_PROVIDERS: "true",
    ...variablesOf("it", "It", it), ...variablesOf("other", "Other", other),
  };
};

/** What the API answers a page's browser. */
const asks = (page, path, method = "GET", body = undefined) => page.evaluate(async ([path, method, body]) => {
  const headers = body ? { "content-type": "application/json" } : {};
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  return { status: answer.status, json: await answer.json().catch(() => null) };
}, [path, method, body]);
const me = async (page) => (await asks(page, "/api/me")).json;

/** The cookie of a browser's session. */
const session = async (page) => (await page.context().cookies()).find((cookie) => cookie.name === "ajet_session");

/** Goes from the sign-in page to a provider. */
const choose = (page, label) => page.click(`a:has-text("Sign in with ${label}")`);
const inChannel = async (page) => {
  await page.waitForSelector("h1:has-text('general')");
  await live(page);
};
/** The page of a session that is over leads to the sign-in, once its live stream has ended. */
const isSignedOut = (page) => page.waitForURL((url) => url.pathname === "/sign-in", { timeout: DEADLINE });
const signOut = (page) => page.click('button[aria-label="Sign out"]');
/** An account on the page of those that are linked. */
const linked = (page, text) => page.locator(".rows > li", { hasText: text });
const says = (page, text) => page.getByText(text).first().waitFor();
const shoot = async (page, name) => { if (shots) await page.screenshot({ path: join(shots, `sign-in-${name}.png`) }); };

await suite(async ({ server, person, tab, step }) => {
  const base = server.at(HOST);
  const visitor = async () => withoutFonts(await person());
  const [ann, bob] = await Promise.all([visitor(), visitor()]);
  let invitation;

  await step("without a community the sign-in page asks, beside the providers, what the first one is called", async () => {
    await ann.goto(base);
    assert.equal(await ann.locator("#username").count(), 0, "no name signs anybody in");
    await ann.fill("#community_name", "Ferris & Friends");
    await ann.fill("#community_slug", "ferris");
    await shoot(ann, "first");
    await ann.click("button:has-text('Sign in with It')");
    await ann.waitForSelector("input[name=login]");
    const asked = new URL(ann.url());
    assert.equal(asked.origin, it.url, "the person is at the provider");
    assert.equal(await session(ann), undefined);
    await signInThere(ann, "ann");
    await ann.waitForSelector("h1:has-text('Hello, Ann of It')");
    assert.deepEqual([await ann.inputValue("#name"), await ann.inputValue("#slug")], ["Ferris & Friends", "ferris"]);
    const before = await session(ann);
    assert.deepEqual([before.httpOnly, before.sameSite], [true, "Strict"]);
    await ann.click("text=Create community");
    await inChannel(ann);
    assert.notEqual((await session(ann)).value, before.value, "who owns the system from now on has another session");
  });

  await step("an invite brings the second person in, who signs in at the provider and comes back to it", async () => {
    assert.equal((await asks(ann, "/api/system/settings")).status, 200, "Ann owns the system");
    invitation = await inviteLink(ann);
    await bob.goto(invitation);
    assert.equal(await bob.locator("#community_name").count(), 0, "there is a community now");
    await choose(bob, "It");
    await signInThere(bob, "bob");
    await bob.click("button:has-text('Join')");
    await inChannel(bob);
    await send(ann, "Hello Bob");
    await seen(bob, "Hello Bob");
    await send(bob, "Hello Ann");
    await seen(ann, "Hello Ann");
    await shoot(bob, "posted");
  });

  await step("an e-mail address makes no one somebody else", async () => {
    const mallory = await visitor();
    await mallory.goto(base);
    await choose(mallory, "Other");
    await signInThere(mallory, "mallory");
    await says(mallory, "A new account here takes an invite");
    assert.equal(await session(mallory), undefined, "Ann's address opens no session");
    await mallory.goto(invitation);
    await choose(mallory, "Other");
    await mallory.click("button:has-text('Join')");
    await inChannel(mallory);
    const [owner, newcomer] = [await me(ann), await me(mallory)];
    assert.equal(newcomer.email, owner.email, "both have it");
    assert.notEqual(newcomer.id, owner.id);
    assert.equal((await asks(mallory, "/api/system/settings")).status, 403);
    await mallory.context().close();
  });

  let elsewhere;
  await step("a person who is signed in links a second account, and signs in by it elsewhere", async () => {
    const accounts = await tab(ann);
    await accounts.goto(`${base}/accounts`);
    assert.equal(await accounts.locator("button:has-text('Unlink')").count(), 0, "the last one stays");
    await accounts.click('form[action="/accounts/link/other"] button');
    await signInThere(accounts, "annie");
    await says(accounts, "Link this account?");
    assert.equal((await asks(accounts, "/api/me/accounts")).json.items.length, 1, "nothing is linked before it is confirmed");
    await shoot(accounts, "asked");
    await accounts.click("button:has-text('It is mine')");
    await accounts.waitForURL(`${base}/accounts`);
    await linked(accounts, "annie at Other").locator("button").waitFor();
    await shoot(accounts, "linked");
    await accounts.close();
    elsewhere = await visitor();
    await elsewhere.goto(base);
    await choose(elsewhere, "Other");
    await signInThere(elsewhere, "annie");
    await elsewhere.click("text=Ferris & Friends");
    await inChannel(elsewhere);
    assert.equal((await me(elsewhere)).id, (await me(ann)).id);
  });

  await step("an account that is unlinked ends what it opened, and is no one's", async () => {
    const accounts = await tab(ann);
    await accounts.goto(`${base}/accounts`);
    await linked(accounts, "annie at Other").locator("button").click();
    await linked(accounts, "annie at Other").waitFor({ state: "detached" });
    await accounts.close();
    await isSignedOut(elsewhere);
    await choose(elsewhere, "Other");
    await says(elsewhere, "A new account here takes an invite");
    await elsewhere.context().close();
    await send(ann, "I am still here");
    await seen(bob, "I am still here");
  });

  await step("a terminal shows a code, and is let in by the person who types it in a browser", async () => {
    const tell = async (path, form) => {
      const answer = await fetch(`${server.base}${path}`, { method: "POST", body: new URLSearchParams(form) });
      return answer.json();
    };
    const device = await tell("/auth/device", { client_id: "a terminal" });
    const poll = () => tell("/auth/device/token", {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: device.device_code, client_id: "a terminal",
    });
    assert.equal((await poll()).error, "authorization_pending");
    assert.equal(device.verification_uri, `${base}/auth/device`);
    const page = await tab(bob);
    await page.goto(device.verification_uri);
    await page.fill("#user_code", device.user_code.toLowerCase());
    await page.click("button:has-text('Go on')");
    await page.locator("p.code", { hasText: device.user_code }).waitFor();
    await shoot(page, "device");
    await page.click("button[value=approve]");
    await page.waitForSelector("h1:has-text('The device is let in')");
    await page.close();
    const { access_token, token_type } = await poll();
    assert.equal(token_type, "Bearer");
    const answer = await fetch(`${server.base}/api/me`, { headers: { authorization: `Bearer ${access_token}` } });
    assert.equal((await answer.json()).id, (await me(bob)).id);
    assert.equal((await poll()).error, "invalid_grant", "once");
  });

  await step("who signs out at the provider is signed out here, where the session was opened by it", async () => {
    const phone = await visitor();
    await phone.goto(base);
    await choose(phone, "It");
    await signInThere(phone, "bob");
    await phone.click("text=Ferris & Friends");
    await inChannel(phone);
    const cookie = `ajet_session=${(await session(bob)).value}`;
    const status = async () => (await fetch(`${server.base}/api/me`, { headers: { cookie } })).status;
    assert.equal(await status(), 200);
    await signOutThere(await tab(bob), it);
    assert.deepEqual(it.told, ["bob: taken"]);
    assert.equal(await status(), 401, "from the answer on");
    await isSignedOut(bob);
    await send(ann, "Bob has a phone");
    await seen(phone, "Bob has a phone");
    await choose(bob, "It");
    await signInThere(bob, "bob");
    await inChannel(bob);
    assert.equal((await me(bob)).id, (await me(phone)).id, "and signs in again as the same");
    await phone.context().close();
  });

  await step("a sign-out ends all tabs of the browser, and nothing at the provider", async () => {
    const second = await tab(ann);
    await second.goto(ann.url());
    await live(second);
    await signOut(ann);
    await isSignedOut(ann);
    await isSignedOut(second);
    assert.equal(await session(ann), undefined);
    await choose(second, "It");
    await inChannel(second);
    await signOut(second);
    await isSignedOut(second);
    await second.close();
    assert.deepEqual(it.told, ["bob: taken"], "no one was told of another end");
  });

  await step("the link of an operator signs one person in, once", async () => {
    const link = server.operate("admin", "invite", "--person", "ann");
    assert.ok(link.startsWith(`${base}/sign-in/link/`), "on the output stands the link alone");
    await ann.goto(link);
    await says(ann, "This link lets you in as");
    await ann.click("button:has-text('Sign in')");
    await ann.waitForSelector("h1:has-text('Hello, Ann of It')");
    const late = await visitor();
    await late.goto(link);
    await says(late, "This link was used, or its time is over");
    await late.goto(server.operate("admin", "invite"));
    await late.fill("#username", "olga");
    await late.click("button:has-text('Sign in')");
    await late.waitForSelector("h1:has-text('Hello, olga')");
    assert.equal((await me(late)).username, "olga");
    await late.context().close();
  });
}, prepare);
