// Walks through the API with the client that openapi-generator's typescript-fetch makes: it posts a message and reads it back, from the
// stream too, asks for what is not there, searches, runs commands, has a bot of its own answer one, and goes through notifications, unread
// messages and webhooks of both kinds.
import {
  basePath,
  channel,
  channels,
  communities,
  community,
  configuration,
  inChannel,
  inCommunity,
  messages,
  name,
  refused,
  token,
  user,
} from './begin-typescript-fetch.js';
import {
  BotsApi,
  ChannelsApi,
  CommandAnsweredEventFromJSON,
  CommandInvokedEventFromJSON,
  CommandsApi,
  Configuration,
  type CreateBot,
  MessageCreatedEventFromJSON,
  MessagesApi,
  type Notification as Told,
  NotificationNewEventFromJSON,
  NotificationsApi,
  RespondToInvocationFromJSON,
  SearchApi,
  WebhooksApi,
} from './client/index.js';
import { Frames } from './stream.js';
import { must, until } from './wait.js';

const frames = await Frames.open(basePath, token);
const posted = await messages.messagesPost({ ...inChannel, postMessage: { bodyMd: 'posted by **typescript**' } });
const read = await messages.messagesGet({ id: posted.id });
must(read.bodyMd === 'posted by **typescript**' && read.parentId === null, 'read something else', read);
const event = MessageCreatedEventFromJSON(JSON.parse(await frames.dataOf('message.created')));
must(event.payload.message.id === posted.id, 'the stream tells of something else', event);
await refused(404, 'not_found', messages.messagesGet({ id: '00000000-0000-0000-0000-000000000000' }));

// Search.
const searching = new SearchApi(configuration);
const word = name.replaceAll('-', '');
const said = await messages.messagesPost({ ...inChannel, postMessage: { bodyMd: `is ${word} found?` } });
const page = await searching.searchFind({ q: word, type: 'messages', channelId: channel.id });
const hit = page.items[0];
must(hit !== undefined && page.items.length === 1, 'one is found', page);
must(hit.type === 'message' && hit.message?.id === said.id, 'the message is found', hit);
must(hit.channel === undefined && hit.user === undefined && hit.snippetHtml.includes('<mark>'), 'a hit', hit);
must(!page.hasMore && page.next === undefined, 'there is no more', page);
const problem = await refused(422, 'invalid', searching.searchFind({ q: 'has:cow' }));
must(problem.errors[0]?.field === 'q', 'the refusal names the field', problem);

// Commands of the server's own.
const commands = new CommandsApi(configuration);
const run = (text: string) => commands.commandsRun({ runCommand: { channelId: channel.id, text } });
const offered = async (wanted: string) =>
  (await commands.commandsList({ communityId: community.id })).items.find((one) => one.name === wanted);
const me = await offered('me');
must(me !== undefined && me.botId === null && me.arguments[0]?.type === 'text', '/me is offered', me);
const waved = await run('/me waves');
must(waved.effect?.type === 'posted' && waved.effect.id === waved.message?.id, 'it was posted', waved);
must(waved.replyMd === undefined, 'there is nothing to say', waved);
const helped = await run('/help');
must(helped.replyMd?.includes('/me') === true, 'it helps', helped);
must(helped.message === undefined && helped.effect === undefined, 'it only answers', helped);
await refused(422, 'invalid', run('/frobnicate'));

// A bot and its token.
const scopes: CreateBot['scopes'] = [
  'messages:read',
  'messages:write',
  'channels:read',
  'channels:write',
  'commands:write',
];
const bots = new BotsApi(configuration);
const bot = await bots.botsCreate({ ...inCommunity, createBot: { name, scopes } });
const ofBot = { id: bot.id };
must([...bot.scopes].sort().join() === [...scopes].sort().join(), 'it has its scopes', bot);
const isListed = async () => (await bots.botsList(inCommunity)).items.some((one) => one.id === bot.id);
must(await isListed(), 'it is listed');
const createToken = { scopes, clientMutationId: name };
const made = await bots.tokensCreate({ ...ofBot, createToken });
const again = await bots.tokensCreate({ ...ofBot, createToken });
const secret = made.token;
must(secret !== undefined && again.id === made.id && again.token === undefined, 'it is shown once', again);
const kept = (await bots.tokensList(ofBot)).items;
must(kept.length === 1 && kept[0]?.id === made.id && kept[0].token === undefined, 'it is listed', kept);
must(kept[0].expiresAt === null, 'it does not end', kept);
const asBot = new Configuration({ basePath, accessToken: secret });
const [botMessages, botCommands] = [new MessagesApi(asBot), new CommandsApi(asBot)];
must((await new ChannelsApi(asBot).channelsJoin(inChannel)).id === channel.id, 'it joins');
const written = await botMessages.messagesPost({ ...inChannel, postMessage: { bodyMd: 'written by a bot' } });
must(written.author.bot && written.author.id === bot.userId, 'it is the author', written);
await refused(403, 'forbidden', new BotsApi(asBot).botsList(inCommunity));

// A command that the bot answers.
const createCommand = { name, description: 'Deploys.', botId: bot.id };
const command = await commands.commandsCreate({ ...inCommunity, createCommand });
must((await offered(name))?.botId === bot.id, 'it is offered');
const botFrames = await Frames.open(basePath, secret);
const used = await run(`/${name} prod`);
const { payload: invoked } = CommandInvokedEventFromJSON(JSON.parse(await botFrames.dataOf('command.invoked')));
await botFrames.close();
must(used.effect?.type === 'invoked' && used.effect.id === invoked.invocationId, 'the bot is told', used);
must(invoked.text === `/${name} prod` && invoked.userId === user.id, 'of what was typed', invoked);
// From JSON: `private` is a word of TypeScript's, so that the generator calls the field otherwise.
const response = (body_md: string) => RespondToInvocationFromJSON({ body_md, private: true });
const ofUse = { id: invoked.invocationId };
await botCommands.commandsRespond({ ...ofUse, respondToInvocation: response('on its way') });
const { payload: answered } = CommandAnsweredEventFromJSON(JSON.parse(await frames.dataOf('command.answered')));
must(answered.invocationId === invoked.invocationId && answered.replyMd === 'on its way', 'an answer', answered);
const late = { ...ofUse, respondToInvocation: response('once more') };
await refused(410, 'gone', botCommands.commandsRespond(late));
await commands.commandsDelete({ id: command.id });
const left = (await commands.commandsListOfCommunity(inCommunity)).items;
must(left.every((one) => one.id !== command.id), 'the command is gone', left);

// What one is told of.
await channels.channelsNotify({ ...inChannel, notifyChannel: { level: 'mentions' } });
must((await channels.channelsGet(inChannel)).notify === 'mentions', 'the level of the channel is set');
const { notify: level } = await communities.communitiesGet(inCommunity);
for (const wanted of ['nothing' as const, level]) {
  await communities.communitiesNotify({ ...inCommunity, notifyCommunity: { level: wanted } });
  must((await communities.communitiesGet(inCommunity)).notify === wanted, 'the level of the community is set');
}
const look = { bodyMd: `look, @<user:${user.id}>` };
const called = await botMessages.messagesPost({ ...inChannel, postMessage: look });
let told: Told;
do {
  const frame = NotificationNewEventFromJSON(JSON.parse(await frames.dataOf('notification.new')));
  told = frame.payload.notification;
} while (told.sourceId !== called.id);
await frames.close();
must(told.type === 'mention' && told.reason === 'user' && told.preview === null, 'of the mention', told);
const notifications = new NotificationsApi(configuration);
const listed = async (unread: boolean) =>
  (await notifications.notificationsList({ unread })).items.find((one) => one.id === told.id);
const notification = await listed(true);
must(notification?.read === false && notification.preview?.startsWith('look, ') === true, 'unread', notification);
const rest = await notifications.notificationsRead({ readNotifications: { ids: [told.id] } });
must(rest.unread >= 0, 'a number is left', rest);
must((await listed(true)) === undefined && (await listed(false))?.read === true, 'it is read');

// What is unread: two messages of the bot's.
const unread = async () => {
  const here = (await channels.unreadList()).items.find((one) => one.channelId === channel.id);
  return here && `${here.count} with ${here.mentions}`;
};
must((await unread()) === '2 with 1', 'two are unread, and one is a mention');
await channels.channelsMarkRead({ ...inChannel, markRead: { messageId: called.id } });
must((await unread()) === undefined, 'all is read');
await channels.channelsMarkUnread({ ...inChannel, markUnread: { messageId: called.id } });
must((await unread()) === '1 with 1', 'the mention is unread');

// An outgoing webhook, whose address is nowhere.
const webhooks = new WebhooksApi(configuration);
const hook = await webhooks.outgoingWebhooksCreate({
  ...inCommunity,
  createOutgoingWebhook: { url: 'https://ci.example/hook', events: ['message.created'], channelIds: [channel.id] },
});
const ofHook = { id: hook.id };
must(hook.secret?.startsWith('whsec_') === true && hook.disabledReason === null, 'it has a secret', hook.id);
const hooks = (await webhooks.outgoingWebhooksList(inCommunity)).items;
const shown = hooks.find((one) => one.id === hook.id);
must(shown !== undefined && shown.secret === undefined, 'the secret is shown once', shown);
must(shown.events.join() === 'message.created' && shown.channelIds?.join() === channel.id, 'it is listed', shown);
await messages.messagesPost({ ...inChannel, postMessage: { bodyMd: 'to be delivered' } });
const delivery = await until('a delivery', async () => (await webhooks.deliveriesList(ofHook)).items[0]);
must(delivery.event === 'message.created' && delivery.status !== 'delivered', 'it is not taken', delivery);
const stopped = await webhooks.outgoingWebhooksUpdate({ ...ofHook, updateOutgoingWebhook: { enabled: false } });
must(!stopped.enabled && stopped.disabledReason === 'stopped' && stopped.url === hook.url, 'it is off', stopped);
await refused(409, 'conflict', webhooks.deliveriesReplay({ id: delivery.id }));
await webhooks.outgoingWebhooksDelete(ofHook);
await refused(404, 'not_found', webhooks.deliveriesList(ofHook));

// An incoming webhook.
const incoming = await webhooks.webhooksCreate({ ...inChannel, createWebhook: { name: 'CI' } });
const ofIncoming = { id: incoming.id };
must(incoming.url?.includes(`/hook/${incoming.id}/`) === true, 'it has an address', incoming.id);
const ofChannel = (await webhooks.webhooksList(inChannel)).items;
must(ofChannel.length === 1 && ofChannel[0]?.id === incoming.id, 'it is listed', ofChannel);
must(ofChannel[0].name === 'CI' && ofChannel[0].url === undefined, 'its address is shown once', ofChannel);
const renamed = await webhooks.webhooksUpdate({ ...ofIncoming, updateWebhook: { name: 'CD' } });
must(renamed.name === 'CD' && renamed.channelId === channel.id, 'it has another name', renamed);
const ofCommunity = (await webhooks.webhooksListOfCommunity({ ...inCommunity, limit: 200 })).items;
must(ofCommunity.some((one) => one.id === incoming.id), 'it is listed with all', ofCommunity);
await webhooks.webhooksDelete(ofIncoming);
must((await webhooks.webhooksList(inChannel)).items.length === 0, 'it is gone');

// A token that is revoked is good for nothing.
await bots.tokensRevoke({ id: made.id });
await refused(401, 'unauthenticated', botMessages.messagesGet({ id: posted.id }));
must((await bots.tokensList(ofBot)).items.length === 0, 'the token is gone');
await bots.botsDelete(ofBot);
must(!(await isListed()), 'the bot is gone');
