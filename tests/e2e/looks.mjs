// How the views look: each is opened at a size in a theme and held against docs/looks.md, as far as a program can. With AJET_LOOKS=FOLDER all of
// them are pictured there at three sizes in both themes; without it they are checked once on a phone in the dark and once on a laptop in light.
import assert from "node:assert/strict";
import { DEADLINE, act, api, found, live, message, send, suite } from "./lib.mjs";
import { SIZES, THEMES, endWalk, density, folder, look } from "./support/look.mjs";
import { furnish, png } from "./support/scenery.mjs";

const short = [["phone", "dark"], ["laptop", "light"]];
/** What axe-core looks at in other files in both themes: tests/e2e/access.mjs, settings.mjs, and phone.mjs with a finger. */
const LOOKED_AT = ["channel", "middle", "older", "actions", "thread", "search", "inbox", "switcher", "keys", "poll", "people", "card"];
const LOOKS = folder ? Object.keys(SIZES).flatMap((size) => THEMES.map((theme) => [size, theme])) : short;
const only = process.env.AJET_LOOKS_ONLY?.split(",");
/** How many messages of one line there is room for, at least. */
const DENSITY = { phone: 9, laptop: 14, wide: 20 };

/** A browser as somebody has it who uses pages of this size: on a phone there is a finger, and no pointer. */
const deviceOf = (size, colorScheme) => ({
  viewport: SIZES[size], colorScheme, serviceWorkers: "block", ...(size === "phone" ? { isMobile: true, hasTouch: true } : {}),
});

/** Opens a pane by its button, which stands in the channel's menu where there is no room. */
const pane = (path, shown) => async (page) => {
  const buttons = page.locator(`[data-pane$="${path}"]`);
  const isInMenu = !(await buttons.first().isVisible());
  if (isInMenu) await page.locator('.c-topbar__ways > [popovertarget]').click();
  await buttons.nth(isInMenu ? 1 : 0).click();
  await page.locator(shown).first().waitFor();
};
const typed = (text, shown) => async (page) => {
  await page.locator("#body").fill("");
  await page.locator("#body").pressSequentially(text);
  await page.locator(shown).first().waitFor();
};

/** What is opened on the page of the busy channel, and the part of the page that is new then. What is lasting goes with its page alone. */
const onChannel = {
  channel: { open: async () => {} },
  middle: { open: (page) => page.evaluate(() => { const list = document.getElementById("scroll"); list.scrollTop = list.scrollHeight * 0.42; }) },
  older: { open: (page) => page.evaluate(() => { document.getElementById("scroll").scrollTop = 0; }) },
  actions: { part: "#scroll", isLasting: true, open: async (page, size) => (size === "phone" ? message(page, "Who can look").tap({ position: { x: 250, y: 12 } }) : message(page, "Who can look").hover()) },
  edit: {
    part: "#scroll", isLasting: true, open: async (page) => {
      await message(page, "tomorrow morning").focus();
      await page.keyboard.press("e");
      await page.locator(".c-edit textarea").waitFor();
    },
  },
  thread: {
    part: "#pane", open: async (page) => {
      await message(page, "Who can look").locator(".c-thread-line").click();
      await page.locator("#reply").waitFor();
    },
  },
  "thread-empty": {
    part: "#pane", open: async (page) => {
      await message(page, "tomorrow morning").focus();
      await page.keyboard.press("t");
      await page.locator("#pane .c-empty").waitFor();
    },
  },
  search: { part: "#pane", open: pane("/search", "#q") },
  found: {
    part: "#pane", open: async (page) => {
      await pane("/search", "#q")(page);
      await page.fill("#q", "the");
      await page.press("#q", "Enter");
      await page.locator("#results .c-find mark").first().waitFor();
    },
  },
  "found-nothing": {
    part: "#pane", open: async (page) => {
      await pane("/search", "#q")(page);
      await page.fill("#q", "xyzzy from:bob");
      await page.press("#q", "Enter");
      await page.locator("#results .c-empty").waitFor();
    },
  },
  inbox: { part: "#pane", open: pane("/inbox", "#pane .c-find") },
  saved: { part: "#pane", open: pane("/saved", "#pane .c-find") },
  pins: { part: "#pane", open: pane("/pins", "#pane .c-find") },
  people: { part: "#pane", open: pane("/people", "#pane .c-person") },
  card: {
    part: "#card", open: async (page) => {
      await message(page, "From the walk").locator("[data-card]").click();
      await page.locator("#card .c-card").waitFor();
    },
  },
  switcher: {
    part: "#switcher", open: async (page) => {
      await page.keyboard.press("Control+k");
      await page.locator("#targets a").first().waitFor();
    },
  },
  keys: {
    part: "#keys", open: async (page) => {
      await page.locator("#scroll").focus();
      await page.keyboard.press("?");
      await page.locator("#keys[open]").waitFor();
    },
  },
  emoji: {
    part: "#emoji", open: async (page) => {
      await page.locator('[data-emoji-for="body"]').click();
      await page.locator("#emoji [data-pick]").nth(60).waitFor();
    },
  },
  menu: {
    part: "#channel-menu", open: async (page) => {
      await page.locator('.c-topbar__ways > [popovertarget]').click();
      await page.locator("#channel-menu").waitFor();
    },
  },
  poll: {
    part: "#poll", open: async (page) => {
      await page.locator('[data-open="poll"]').click();
      await page.locator("#poll[open]").waitFor();
    },
  },
  later: {
    part: "#later", open: async (page) => {
      await page.locator("#composer [data-later]").click();
      await page.locator("#later[open]").waitFor();
    },
  },
  lightbox: {
    part: "#lightbox", open: async (page) => {
      await page.locator("[data-lightbox]").first().click();
      await page.locator("#lightbox[open] img[src]").waitFor();
    },
  },
  "complete-people": { part: "main", open: typed("Hello @", "#completion li") },
  "complete-commands": { part: "main", open: typed("/", "#completion li") },
  "complete-emoji": { part: "main", open: typed("Well :smi", "#completion li") },
  composer: {
    part: "main", isLasting: true, open: async (page) => {
      await page.locator("#composer [data-preview]").click();
      await page.fill("#body", "A **longer** text\n- with a point\n- and another\n\n```js\nconst a = 1;\n```\nthat goes on for a while");
      await page.locator(".c-composer__preview pre").waitFor();
      await page.setInputFiles("#composer [data-files]", { name: "the-sea-at-six-with-a-long-name.png", mimeType: "image/png", buffer: png(80, 60, (x, y) => [200 * x, 90, 200 * y]) });
      await page.locator("#composer .c-upload").waitFor();
    },
  },
  sidebar: {
    part: "#sidebar", isLasting: true, open: async (page, size) => {
      if (size === "phone") await page.locator("[data-sidebar]").click();
      await page.locator("summary", { hasText: "New channel" }).click();
      await page.locator("#channel-name").waitFor();
    },
  },
  offline: {
    part: "main", isLasting: true, open: async (page) => {
      await page.context().setOffline(true);
      await page.locator("#connection:not(:empty)").waitFor();
      await page.fill("#body", "Written in a tunnel");
      await page.locator("#composer button[type=submit]").click();
      await page.locator(".c-message--pending").waitFor();
    },
  },
};

/** Closes whatever is open, in the page. */
const closed = () => {
  document.querySelectorAll("dialog[open]").forEach((one) => one.close());
  document.querySelectorAll(":popover-open").forEach((one) => one.hidePopover());
  document.querySelector("[data-pane-close]")?.click();
  document.getElementById("body").value = "";
  document.getElementById("body").blur();
  document.getElementById("completion").hidden = true;
  document.getElementById("scroll").scrollTop = document.getElementById("scroll").scrollHeight;
};

/** Pages of their own, by where they are; those of the community below `/c/ferris`. */
const pages = ({ channels, dm, group, role, others, code }) => ({
  "channel-other": `/channels/${channels.music.id}`, "channel-archived": `/channels/${channels["old-plans"].id}`,
  "channel-empty": `/channels/${channels.leads.id}`, "channel-long-name": `/channels/${channels["a-channel-whose-name-is-much-longer-than-any-side-bar-is-wide"].id}`,
  direct: `/dm/${dm.id}`, group: `/dm/${group.id}`, start: "/", missing: "/c/ferris/channels/nonsense", device: "/auth/device", invite: `/invite/${code}`,
  profile: "/settings/profile", appearance: "/settings/appearance", notifications: "/settings/notifications", sessions: "/settings/sessions", blocked: "/settings/blocked",
  community: "/c/ferris/settings/general", "community-channels": "/c/ferris/settings/channels", overwrites: `/c/ferris/settings/channels/${channels.support.id}`,
  roles: "/c/ferris/settings/roles", role: `/c/ferris/settings/roles/${role.id}`, members: "/c/ferris/settings/members", member: `/c/ferris/settings/members/${others[4].user.id}`,
  invites: "/c/ferris/settings/invites", bans: "/c/ferris/settings/bans", webhooks: "/c/ferris/settings/webhooks", bots: "/c/ferris/settings/bots", "own-emoji": "/c/ferris/settings/emoji", audit: "/c/ferris/settings/audit",
  system: "/system/settings", providers: "/system/providers",
});
/** Without pictures these are enough: tests/e2e/settings.mjs has axe-core look at each of the others. */
const SHORT_PAGES = ["channel-other", "channel-archived", "channel-empty", "channel-long-name", "direct", "group", "start", "missing", "device", "invite", "overwrites", "role", "members", "member", "audit"];

await suite(async ({ server, person, step }) => {
  const { base } = server;
  const asked = (name) => !only || only.includes(name);
  const visitors = await Promise.all(LOOKS.map(([size, theme]) => person(deviceOf(size, theme))));
  const each = async (name, path, check = async () => {}) => {
    for (const [at, [size, theme]] of LOOKS.entries()) {
      if (path) await visitors[at].goto(base + path);
      await check(visitors[at], size);
      await look(visitors[at], `${name}-${size}-${theme}`, { withAxe: size === "laptop" });
    }
  };

  await step("before anybody is there: the sign-in, and the first start", async () => {
    await each("sign-in", "/sign-in");
    await each("first-start", "/", async (page) => {
      if (await page.locator("#username").count()) assert.equal((await api(page, base, "POST", "/auth/dev", { username: "ann" })).status(), 200);
      await page.goto(base);
      await page.locator("#slug").waitFor();
    });
  });

  const ann = visitors[0];
  let address = "";
  await step("a community without a message", async () => {
    const made = await (await api(ann, base, "POST", "/api/communities", { name: "Ferris & Friends", slug: "ferris" })).json();
    await ann.goto(`${base}/c/${made.slug}`);
    await live(ann);
    address = new URL(ann.url()).pathname;
    await each("empty", address, (page) => live(page));
  });

  let scenery = null;
  await step("a community of some weeks", async () => {
    const home = await ann.evaluate(() => document.body.dataset.community);
    scenery = await furnish(base, "ann", home, address.split("/").pop());
    scenery.code = (await scenery.ann.ask("POST", `/communities/${home}/invites`, { max_uses: 5 })).code;
    await each("busy", address, async (page, size) => {
      await live(page);
      assert.ok((await density(page)) >= DENSITY[size], `${size}: room for ${await density(page)} messages of a line`);
    });
  });

  for (const [name, { part, open, isLasting }] of Object.entries(onChannel).filter(([name]) => asked(name))) {
    await step(`on the channel: ${name}`, async () => {
      for (const [at, [size, theme]] of LOOKS.entries()) {
        const page = visitors[at];
        if (new URL(page.url()).pathname !== address) await page.goto(base + address);
        await live(page);
        await open(page, size);
        await look(page, `${name}-${size}-${theme}`, { part, withAxe: size === "laptop" && (Boolean(folder) || !LOOKED_AT.includes(name)) });
        await page.context().setOffline(false);
        await page.evaluate(closed);
        if (isLasting) await page.goto(base + address);
      }
    });
  }

  for (const [name, path] of Object.entries(pages(scenery)).filter(([name]) => asked(name) && (folder || SHORT_PAGES.includes(name)))) {
    await step(`a page of its own: ${name}`, () => each(name, path));
  }
  endWalk();
});
