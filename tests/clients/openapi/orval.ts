// Walks through the API with the client that orval makes: it posts a message and reads it back, searches, runs commands, has a bot of its
// own answer one, and goes through notifications, unread messages and webhooks of both kinds. It reads no stream.
import {
  botsCreate,
  botsDelete,
  botsList,
  channelsGet,
  channelsJoin,
  channelsMarkRead,
  channelsMarkUnread,
  channelsNotify,
  commandsCreate,
  commandsDelete,
  commandsList,
  commandsRespond,
  commandsRun,
  type CreateBot,
  deliveriesList,
  deliveriesReplay,
  messagesGet,
  messagesPost,
  notificationsList,
  notificationsRead,
  outgoingWebhooksCreate,
  outgoingWebhooksDelete,
  outgoingWebhooksList,
  outgoingWebhooksUpdate,
  searchFind,
  tokensCreate,
  tokensList,
  tokensRevoke,
  unreadList,
  webhooksCreate,
  webhooksDelete,
  webhooksList,
  webhooksListOfCommunity,
  webhooksUpdate,
} from './api.js';
import { by, channel, community, is, name, user } from './begin-orval.js';
import { must, until } from './wait.js';

const posted = is(await messagesPost(channel.id, { body_md: 'posted by **orval**' }), 201).data;
const read = is(await messagesGet(posted.id), 200).data;
must(read.body_md === 'posted by **orval**' && read.parent_id === null, 'read something else', read);
const missing = is(await messagesGet('00000000-0000-0000-0000-000000000000'), 404).data;
must(missing.code === 'not_found', 'the refusal says something else', missing);

// Search.
const word = name.replaceAll('-', '');
const said = is(await messagesPost(channel.id, { body_md: `is ${word} found?` }), 201).data;
const page = is(await searchFind({ q: word, type: 'messages', channel_id: channel.id }), 200).data;
must(page.items.length === 1 && page.items[0]?.message?.id === said.id, 'the message is found', page);
must(page.items[0].type === 'message' && page.next === undefined && !page.has_more, 'there is no more', page);
const misused = is(await searchFind({ q: 'has:cow' }), 422).data;
must(misused.code === 'invalid' && misused.errors[0]?.field === 'q', 'the refusal names the field', misused);

// Commands of the server's own.
const run = (text: string) => commandsRun({ channel_id: channel.id, text });
const offered = async (wanted: string) =>
  is(await commandsList({ community_id: community.id }), 200).data.items.find((one) => one.name === wanted);
must((await offered('me'))?.bot_id === null, '/me is offered');
const waved = is(await run('/me waves'), 200).data;
must(waved.effect?.type === 'posted' && waved.effect.id === waved.message?.id, 'it was posted', waved);
const helped = is(await run('/help'), 200).data;
must(helped.reply_md?.includes('/me') === true && helped.effect === undefined, 'it helps', helped);
must(is(await run('/frobnicate'), 422).data.code === 'invalid', 'there is no such command');

// A bot and its token.
const scopes: CreateBot['scopes'] = [
  'messages:read',
  'messages:write',
  'channels:read',
  'channels:write',
  'commands:write',
];
const bot = is(await botsCreate(community.id, { name, scopes }), 201).data;
const isListed = async () => is(await botsList(community.id), 200).data.items.some((one) => one.id === bot.id);
must(await isListed(), 'it is listed');
const newToken = { scopes, client_mutation_id: name };
const made = is(await tokensCreate(bot.id, newToken), 201).data;
const again = is(await tokensCreate(bot.id, newToken), 200).data;
const secret = made.token;
must(secret !== undefined && again.id === made.id && again.token === undefined, 'it is shown once', again);
const kept = is(await tokensList(bot.id), 200).data.items;
must(kept.length === 1 && kept[0]?.id === made.id && kept[0].expires_at === null, 'it is listed', kept);
const joined = is(await by(secret, () => channelsJoin(channel.id)), 200).data;
must(joined.id === channel.id, 'it joins', joined);
const written = is(await by(secret, () => messagesPost(channel.id, { body_md: 'written by a bot' })), 201).data;
must(written.author.bot && written.author.id === bot.user_id, 'it is the author', written);
must(is(await by(secret, () => botsList(community.id)), 403).data.code === 'forbidden', 'no token may do it');

// A command that the bot answers.
const newCommand = { name, description: 'Deploys.', bot_id: bot.id };
const command = is(await commandsCreate(community.id, newCommand), 201).data;
must((await offered(name))?.bot_id === bot.id, 'it is offered');
const used = is(await run(`/${name} prod`), 200).data;
const invocation = used.effect?.id;
must(invocation !== undefined && used.effect?.type === 'invoked', 'the bot is told', used);
const respond = (body_md: string) => by(secret, () => commandsRespond(invocation, { body_md, private: true }));
is(await respond('on its way'), 204);
must(is(await respond('once more'), 410).data.code === 'gone', 'it is answered once');
is(await commandsDelete(command.id), 204);

// What one is told of.
is(await channelsNotify(channel.id, { level: 'mentions' }), 204);
must(is(await channelsGet(channel.id), 200).data.notify === 'mentions', 'the level of the channel is set');
const look = { body_md: `look, @<user:${user.id}>` };
const called = is(await by(secret, () => messagesPost(channel.id, look)), 201).data;
const listed = async (unread: boolean) =>
  is(await notificationsList({ unread }), 200).data.items.find((one) => one.source_id === called.id);
const told = await until('a notification', () => listed(true));
must(told.type === 'mention' && told.reason === 'user' && !told.read, 'of the mention', told);
must(told.preview?.startsWith('look, ') === true, 'how it begins', told);
must(is(await notificationsRead({ ids: [told.id] }), 200).data.unread >= 0, 'a number is left');
must((await listed(true)) === undefined && (await listed(false))?.read === true, 'it is read');

// What is unread: two messages of the bot's.
const unread = async () => {
  const here = is(await unreadList(), 200).data.items.find((one) => one.channel_id === channel.id);
  return here && `${here.count} with ${here.mentions}`;
};
must((await unread()) === '2 with 1', 'two are unread, and one is a mention');
is(await channelsMarkRead(channel.id, { message_id: called.id }), 204);
must((await unread()) === undefined, 'all is read');
is(await channelsMarkUnread(channel.id, { message_id: called.id }), 204);
must((await unread()) === '1 with 1', 'the mention is unread');

// An outgoing webhook, whose address is nowhere.
const created = await outgoingWebhooksCreate(community.id, {
  url: 'https://ci.example/hook',
  events: ['message.created'],
  channel_ids: [channel.id],
});
const hook = is(created, 201).data;
must(hook.secret?.startsWith('whsec_') === true && hook.disabled_reason === null, 'it has a secret', hook.id);
const hooks = is(await outgoingWebhooksList(community.id), 200).data.items;
const shown = hooks.find((one) => one.id === hook.id);
must(shown !== undefined && shown.secret === undefined, 'the secret is shown once', shown);
is(await messagesPost(channel.id, { body_md: 'to be delivered' }), 201);
const delivery = await until('a delivery', async () => is(await deliveriesList(hook.id), 200).data.items[0]);
must(delivery.event === 'message.created' && delivery.status !== 'delivered', 'it is not taken', delivery);
const stopped = is(await outgoingWebhooksUpdate(hook.id, { enabled: false }), 200).data;
must(!stopped.enabled && stopped.disabled_reason === 'stopped' && stopped.url === hook.url, 'it is off', stopped);
must(is(await deliveriesReplay(delivery.id), 409).data.code === 'conflict', 'nothing is sent to it');
is(await outgoingWebhooksDelete(hook.id), 204);
is(await deliveriesList(hook.id), 404);

// An incoming webhook.
const incoming = is(await webhooksCreate(channel.id, { name: 'CI' }), 201).data;
must(incoming.url?.includes(`/hook/${incoming.id}/`) === true, 'it has an address', incoming.id);
const ofChannel = is(await webhooksList(channel.id), 200).data.items;
must(ofChannel.length === 1 && ofChannel[0]?.id === incoming.id, 'it is listed', ofChannel);
must(ofChannel[0].name === 'CI' && ofChannel[0].url === undefined, 'its address is shown once', ofChannel);
const renamed = is(await webhooksUpdate(incoming.id, { name: 'CD' }), 200).data;
must(renamed.name === 'CD' && renamed.channel_id === channel.id, 'it has another name', renamed);
const ofCommunity = is(await webhooksListOfCommunity(community.id, { limit: 200 }), 200).data.items;
must(ofCommunity.some((one) => one.id === incoming.id), 'it is listed with all', ofCommunity);
is(await webhooksDelete(incoming.id), 204);
must(is(await webhooksList(channel.id), 200).data.items.length === 0, 'it is gone');

// A token that is revoked is good for nothing.
is(await tokensRevoke(made.id), 204);
must(is(await by(secret, () => messagesGet(posted.id)), 401).data.code === 'unauthenticated', 'it is worth nothing');
must(is(await tokensList(bot.id), 200).data.items.length === 0, 'the token is gone');
is(await botsDelete(bot.id), 204);
must(!(await isListed()), 'the bot is gone');
