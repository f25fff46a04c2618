// A community as it looks after some weeks: people with names of all kinds, channels in categories, and every kind of message. It is made by the
// API alone, so that it takes a second or two.
import assert from "node:assert/strict";
import { crc32, deflateSync } from "node:zlib";

const LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
const LONG_ADDRESS = `https://example.org/a/very/long/path/${"segment-".repeat(18)}end?with=a&query=that&goes=on#and-a-fragment`;
const CODE = "```rust\n/// A comment that is long enough to be wider than any phone, so that the block scrolls by itself and the page does not.\nfn main() {\n    let answer = 42; // the usual one\n    println!(\"{answer}\");\n}\n```";
const TABLE = "```\n| service    | p50 (ms) | p99 (ms) | errors |\n| ---------- | -------: | -------: | -----: |\n| gateway    |      1.2 |      9.8 |      0 |\n| journal    |      3.4 |     21.0 |      2 |\n```";
const ARTICLE = "## What we decided\n1. The *first* thing, with `code` in it\n2. The **second** thing\n   - with a point below it\n   - and another one\n\n> Somebody said something worth quoting,\n> over two lines.\n\n~~Not this~~ but __that__.";
const PROSE = "We looked at the numbers again this morning, and they hold: the median stays where it was, the tail is shorter by a third, and nothing else moved. I would ship it on Thursday, once the people in Lisbon had a day to try it, and keep the old path for one more week behind the switch.";

const chunk = (type, data) => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, sum]);
};

/** A picture whose pixels are told by a function of their place. */
export const png = (width, height, pixel) => {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(pixel(x / width, y / height), y * (width * 3 + 1) + 1 + x * 3);
  }
  const parts = [chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat([Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]), ...parts]);
};
const dusk = (x, y) => [40 + 180 * y, 60 + 90 * y, 120 + 60 * (1 - x)];
const sea = (x, y) => (y < 0.5 + 0.08 * Math.sin(x * 9) ? [190, 215, 240] : [20, 90 + 60 * x, 120]);
const dot = (x, y) => ((x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.2 ? [230, 120, 40] : [250, 240, 220]);

/** One who asks the API by a token. */
class Caller {
  constructor(base, token, user) {
    Object.assign(this, { base, token, user });
  }

  static async named(base, username, display_name) {
    const answer = await fetch(`${base}/auth/dev`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username, display_name }) });
    const { token, user } = await answer.json();
    return new Caller(base, token, user);
  }

  async ask(method, path, body) {
    const isForm = body instanceof FormData;
    const headers = { authorization: `Bearer ${this.token}`, ...(body && !isForm ? { "content-type": "application/json" } : {}) };
    const answer = await fetch(`${this.base}/api${path}`, { method, headers, body: isForm ? body : body && JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  say(channel, body_md, more = {}) { return this.ask("POST", `/channels/${channel.id}/messages`, { body_md, ...more }); }

  async picture(channel, name, bytes, alt) {
    const form = new FormData();
    form.set("file", new Blob([bytes], { type: "image/png" }), name);
    const { id } = await this.ask("POST", `/channels/${channel.id}/attachments`, form);
    await this.ask("PATCH", `/attachments/${id}`, { alt });
    return id;
  }
}

/** The people: the first one's community is filled, and the others join it. */
const people = async (base, ann, community) => {
  const names = [["bob", "Bob Baker"], ["maxi", "Dr. Maximiliane Freifrau von und zu Hohenstein-Wittelsbach"], ["taro", "山田太郎"], ["dania", "دانية الخطيب"], ["eve", "Eve"]];
  const all = await Promise.all(names.map(([name, shown]) => Caller.named(base, name, shown)));
  const { code } = await ann.ask("POST", `/communities/${community}/invites`, {});
  for (const one of all) await one.ask("POST", `/invites/${code}/accept`);
  const face = new FormData();
  face.set("file", new Blob([png(96, 96, dusk)], { type: "image/png" }), "face.png");
  await all[0].ask("PUT", "/me/avatar", face);
  await all[0].ask("PATCH", "/me", { status_text: "In Lisbon until Friday, slow to answer" });
  return all;
};

const channels = async (ann, community) => {
  const categories = [];
  for (const name of ["Projects", "Off-topic & everything that is not work in a strict sense"]) categories.push(await ann.ask("POST", `/communities/${community}/categories`, { name }));
  const made = {};
  const make = async (name, more = {}) => { made[name] = await ann.ask("POST", `/communities/${community}/channels`, { name, ...more }); };
  for (const name of ["design", "journal-rewrite", "a-channel-whose-name-is-much-longer-than-any-side-bar-is-wide", "release-notes", "support", "on-call"]) await make(name, { category_id: categories[0].id });
  for (const name of ["music", "bücher", "running", "recipes", "photos", "cats"]) await make(name, { category_id: categories[1].id });
  await make("leads", { visibility: "private", category_id: categories[0].id });
  await make("old-plans", { category_id: categories[0].id });
  await ann.ask("PUT", `/channels/${made["old-plans"].id}/archived`, { archived: true });
  await ann.ask("PUT", `/channels/${made.cats.id}/mute`, { muted: true });
  return made;
};

/** Every kind of message, the last ones in view. */
const conversation = async (general, ann, [bob, maxi, taro, dania, eve], community) => {
  const emoji = new FormData();
  emoji.set("name", "ferris");
  emoji.set("file", new Blob([png(64, 64, dot)], { type: "image/png" }), "ferris.png");
  await ann.ask("POST", `/communities/${community}/emoji`, emoji);
  for (let n = 0; n < 12; n += 1) await [ann, bob, taro][Math.floor(n / 4)].say(general, `Line ${n} of the morning, short as most are`);
  await maxi.say(general, PROSE);
  await maxi.say(general, ARTICLE);
  await dania.say(general, "مرحبا بالجميع، هذا سطر يجري من اليمين إلى اليسار مع `code` في وسطه");
  await taro.say(general, `${LONG_WORD} ${LONG_ADDRESS}`);
  const [landscape, portrait] = [await bob.picture(general, "the-sea-at-six.png", png(900, 500, sea), "The sea in the evening"), await bob.picture(general, "dusk.png", png(300, 700, dusk), "Dusk over a hill")];
  await bob.say(general, "From the walk yesterday", { attachment_ids: [landscape, portrait] });
  await eve.say(general, TABLE);
  const code = await bob.say(general, CODE);
  for (const sign of ["👍", "🎉", "❤️", "👀", "🚀", "😂", "🙏", "✅", "🔥", "💯", "🤔"]) await eve.ask("PUT", `/messages/${code.id}/reactions/${encodeURIComponent(sign)}`);
  for (const one of [ann, taro, maxi]) await one.ask("PUT", `/messages/${code.id}/reactions/${encodeURIComponent("👍")}`);
  const asked = await eve.say(general, "Who can look at this today? The end of it is ||that it was the cache **after all**||, :ferris: :tada:");
  for (const [who, text] of [[bob, "I can, after lunch"], [taro, PROSE], [maxi, CODE], [bob, "Done, see above"]]) await who.say(general, text, { parent_id: asked.id });
  await ann.ask("PUT", `/messages/${asked.id}/pin`);
  await ann.ask("PUT", `/messages/${code.id}/saved`, { note: "read again" });
  const poll = await taro.say(general, "Lunch?", { poll: { question: "Where shall we eat on Thursday, when the people from Lisbon are here?", options: ["Here", `At the ${LONG_WORD.slice(0, 90)}`, "There, if it does not rain"], multiple: false } });
  for (const [who, choice] of [[ann, 0], [bob, 2], [eve, 2], [maxi, 2]]) await who.ask("PUT", `/messages/${poll.id}/votes`, { options: [choice] });
  const edited = await bob.say(general, "Thursday it si");
  await bob.ask("PUT", `/messages/${edited.id}`, { body_md: "Thursday it is" });
  const gone = await eve.say(general, "soon gone");
  await eve.ask("DELETE", `/messages/${gone.id}`);
  const hook = await ann.ask("POST", `/channels/${general.id}/webhooks`, { name: "CI" });
  await fetch(hook.url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ text: "Build 1873 passed in 4 min 12 s" }) });
  await bob.say(general, "@ann could you say a word about it?");
  await ann.say(general, "Yes, tomorrow morning");
  return { asked };
};

/** All of it. `first` is the name of a person who has founded `community`, where `general` is. */
export const furnish = async (base, first, community, general) => {
  const ann = await Caller.named(base, first);
  const others = await people(base, ann, community);
  const [bob, maxi, taro] = others;
  const made = await channels(ann, community);
  for (const one of [bob, taro]) for (const name of ["design", "support", "cats"]) await one.ask("POST", `/channels/${made[name].id}/join`);
  await bob.say(made.design, "The new icons are in");
  for (let n = 0; n < 3; n += 1) await taro.say(made.support, `@ann ticket ${n} waits`);
  await taro.say(made.cats, "Look at this one");
  const dm = await bob.ask("POST", "/dms", { user_ids: [ann.user.id] });
  await bob.say(dm, "Between us: it was the cache");
  const group = await maxi.ask("POST", "/dms", { user_ids: [ann.user.id, taro.user.id, bob.user.id] });
  await maxi.say(group, "For the four of us");
  const { asked } = await conversation({ id: general }, ann, others, community);
  const role = await ann.ask("POST", `/communities/${community}/roles`, { name: "On-call engineers of the second region", permissions: ["manage_messages", "mute_members"], position: 1 });
  await ann.ask("PATCH", `/communities/${community}/members/${bob.user.id}`, { roles: [role.id] });
  await ann.ask("PUT", `/channels/${made.support.id}/overwrites/${role.id}`, { allow: ["pin_messages"], deny: ["mention_here"] });
  await ann.ask("PUT", `/communities/${community}/mutes/${others[4].user.id}`, { seconds: 3600 });
  return { ann, others, channels: made, dm, group, role, asked };
};
