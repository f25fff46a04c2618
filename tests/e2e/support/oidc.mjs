// A provider of OpenID Connect that others have written (the package oidc-provider), in the process of the test: it listens on loopback, and has pages of
// its own on which people sign in, consent and sign out.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DEADLINE, tools } from "../lib.mjs";

// It tells those who would run it in earnest what else to set.
for (const kind of ["info", "warn"]) console[kind] = () => {};
const found = createRequire(join(tools, "package.json")).resolve("oidc-provider");
const { default: Provider } = await import(pathToFileURL(found));
/** A secret with what means something else in a header or a form. */
const SECRET = "secret/+%&=of-a-client";

/**
 * Starts a provider by a host name of this machine, with one client. `people` are claims by what is typed as the login; any password does.
 * What it told the client of the end of sessions is in `told`: a line for each, with whose it was and whether that was taken. It ends with the process.
 */
export const startIssuer = async ({ host, callback, logout, people }) => {
  let answers;
  const server = createServer((request, response) => answers(request, response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://${host}:${server.address().port}`;
  const client = {
    client_id: "ajet-chat", client_secret: SECRET, redirect_uris: [callback],
    backchannel_logout_uri: logout, backchannel_logout_session_required: true,
  };
  const provider = new Provider(url, {
    clients: [client],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email", "email_verified"] },
    cookies: { keys: ["a key of this test"] },
    features: { backchannelLogout: { enabled: true } },
    findAccount: (_, login) => ({ accountId: login, claims: () => ({ sub: login, preferred_username: login, ...people[login] }) }),
    pkce: { required: () => true },
    // Its own way to ask would refuse the server's address, which is one of this machine.
    fetch: (address, { dispatcher, ...options }) => fetch(address, options),
  });
  answers = provider.callback();
  const told = [];
  provider.on("backchannel.success", (_, __, login) => told.push(`${login}: taken`));
  provider.on("backchannel.error", (_, error, __, login) => told.push(`${login}: ${error.message}`));
  return { url, id: client.client_id, secret: SECRET, told };
};

/** The variables by which a server is told of a provider, under a name. */
export const variablesOf = (name, label, issuer) => {
  const key = `AJET_OAUTH_${name.toUpperCase()}`;
  return {
    [`${key}_LABEL`]: label, [`${key}_ISSUER_URL`]: issuer.url,
    [`${key}_CLIENT_ID`]: issuer.id, [`${key}_CLIENT_SECRET`]: issuer.secret,
  };
};

/** Its pages ask for a font from elsewhere, which no test waits for. */
export const withoutFonts = async (page) => {
  await page.context().route(/^https:\/\/fonts\./, (route) => route.abort());
  return page;
};

/** Somebody whom the provider does not know yet in this browser types a login, and agrees that the server is told who they are. */
export const signInThere = async (page, login) => {
  await page.fill("input[name=login]", login, { timeout: DEADLINE });
  await page.fill("input[name=password]", "any");
  await page.click("button[type=submit]");
  await page.click("button:has-text('Continue')");
};

/** Signs out at the provider, in a tab of the browser that is signed in there. */
export const signOutThere = async (tab, issuer) => {
  await tab.goto(`${issuer.url}/session/end`);
  await tab.click("button:has-text('Yes, sign me out')");
  await tab.waitForURL(`${issuer.url}/session/end/success`);
};
