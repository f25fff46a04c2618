// Sends the message on standard input with @slack/webhook and prints the answer that the client got.
// usage: node slack_webhook.mjs FOLDER_WITH_NODE_MODULES ADDRESS
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [work, address] = process.argv.slice(2);
const { IncomingWebhook } = createRequire(join(work, "package.json"))("@slack/webhook");
try {
  const { text } = await new IncomingWebhook(address).send(JSON.parse(readFileSync(0, "utf8")));
  process.stdout.write(text);
} catch (error) {
  console.error(error.message, error.body ?? "");
  process.exitCode = 1;
}
