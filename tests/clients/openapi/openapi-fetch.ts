// Walks through the API with openapi-fetch over the types that openapi-typescript makes: it posts a message and reads it back, from the
// stream too, asks for what is not there, searches, runs commands, has a bot of its own answer one, and goes through notifications, unread
// messages and webhooks of both kinds.
import createClient from 'openapi-fetch';
import type { paths } from './api.js';
import {
  baseUrl,
  channel,
  client,
  community,
  done,
  inChannel,
  inCommunity,
  name,
  of,
  or,
  refused,
  type Schemas,
  token,
  user,
} from './begin-openapi-fetch.js';
import { Frames } from './stream.js';
import { must, until } from './wait.js';

const frames = await Frames.open(baseUrl, token);
const body = { body_md: 'posted by **openapi-fetch**' };
const posted: Schemas['Message'] = or(await client.POST('/api/channels/{id}/messages', { ...inChannel, body }));
const read = or(await client.GET('/api/messages/{id}', of(posted)));
must(read.body_md === body.body_md && read.parent_id === null, 'read something else', read);
const event = JSON.parse(await frames.dataOf('message.created')) as Schemas['MessageCreatedEvent'];
must(event.payload.message.id === posted.id, 'the stream tells of something else', event);
const nothing = of({ id: '00000000-0000-0000-0000-000000000000' });
refused(404, 'not_found', await client.GET('/api/messages/{id}', nothing));

// Search.
const word = name.replaceAll('-', '');
const found = { body_md: `is ${word} found?` };
const said = or(await client.POST('/api/channels/{id}/messages', { ...inChannel, body: found }));
const query = { q: word, type: 'messages', channel_id: channel.id };
const page = or(await client.GET('/api/search', { params: { query } }));
const hit = page.items[0];
must(hit !== undefined && page.items.length === 1, 'one is found', page);
must(hit.type === 'message' && hit.message?.id === said.id, 'the message is found', hit);
must(hit.channel === undefined && hit.user === undefined && hit.snippet_html.includes('<mark>'), 'a hit', hit);
must(!page.has_more && page.next === undefined, 'there is no more', page);
const misused = await client.GET('/api/search', { params: { query: { q: 'has:cow' } } });
const problem = refused(422, 'invalid', misused);
must(problem.errors[0]?.field === 'q', 'the refusal names the field', problem);

// Commands of the server's own.
const typed = (text: string) => client.POST('/api/commands', { body: { channel_id: channel.id, text } });
const offered = async (wanted: string) => {
  const all = or(await client.GET('/api/commands', { params: { query: { community_id: community.id } } }));
  return all.items.find((one) => one.name === wanted);
};
const me = await offered('me');
must(me !== undefined && me.bot_id === null && me.arguments[0]?.type === 'text', '/me is offered', me);
const waved = or(await typed('/me waves'));
must(waved.effect?.type === 'posted' && waved.effect.id === waved.message?.id, 'it was posted', waved);
must(waved.reply_md === undefined, 'there is nothing to say', waved);
const helped = or(await typed('/help'));
must(helped.reply_md?.includes('/me') === true, 'it helps', helped);
must(helped.message === undefined && helped.effect === undefined, 'it only answers', helped);
refused(422, 'invalid', await typed('/frobnicate'));

// A bot and its token.
const scopes: Schemas['CreateBot']['scopes'] = [
  'messages:read',
  'messages:write',
  'channels:read',
  'channels:write',
  'commands:write',
];
const bot = or(await client.POST('/api/communities/{id}/bots', { ...inCommunity, body: { name, scopes } }));
const ofBot = of(bot);
must([...bot.scopes].sort().join() === [...scopes].sort().join(), 'it has its scopes', bot);
const isListed = async () =>
  or(await client.GET('/api/communities/{id}/bots', inCommunity)).items.some((one) => one.id === bot.id);
must(await isListed(), 'it is listed');
const newToken = { scopes, client_mutation_id: name };
const made = or(await client.POST('/api/bots/{id}/tokens', { ...ofBot, body: newToken }));
const again = or(await client.POST('/api/bots/{id}/tokens', { ...ofBot, body: newToken }));
const secret = made.token;
must(secret !== undefined && again.id === made.id && again.token === undefined, 'it is shown once', again);
const kept = or(await client.GET('/api/bots/{id}/tokens', ofBot)).items;
must(kept.length === 1 && kept[0]?.id === made.id && kept[0].token === undefined, 'it is listed', kept);
must(kept[0].expires_at === null, 'it does not end', kept);
const asBot = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${secret}` } });
must(or(await asBot.POST('/api/channels/{id}/join', inChannel)).id === channel.id, 'it joins');
const byBot = { body_md: 'written by a bot' };
const written = or(await asBot.POST('/api/channels/{id}/messages', { ...inChannel, body: byBot }));
must(written.author.bot && written.author.id === bot.user_id, 'it is the author', written);
refused(403, 'forbidden', await asBot.GET('/api/communities/{id}/bots', inCommunity));

// A command that the bot answers.
const newCommand = { name, description: 'Deploys.', bot_id: bot.id };
const command = or(await client.POST('/api/communities/{id}/commands', { ...inCommunity, body: newCommand }));
must((await offered(name))?.bot_id === bot.id, 'it is offered');
const botFrames = await Frames.open(baseUrl, secret);
const used = or(await typed(`/${name} prod`));
const invocation = JSON.parse(await botFrames.dataOf('command.invoked')) as Schemas['CommandInvokedEvent'];
const { payload: invoked } = invocation;
await botFrames.close();
must(used.effect?.type === 'invoked' && used.effect.id === invoked.invocation_id, 'the bot is told', used);
must(invoked.text === `/${name} prod` && invoked.user_id === user.id, 'of what was typed', invoked);
const respond = (body_md: string) =>
  asBot.POST('/api/invocations/{id}/response', {
    ...of({ id: invoked.invocation_id }),
    body: { body_md, private: true },
  });
done(await respond('on its way'));
const answer = JSON.parse(await frames.dataOf('command.answered')) as Schemas['CommandAnsweredEvent'];
const { payload: answered } = answer;
must(answered.invocation_id === invoked.invocation_id, 'it is another answer', answered);
must(answered.reply_md === 'on its way', 'it is another answer', answered);
refused(410, 'gone', await respond('once more'));
done(await client.DELETE('/api/commands/{id}', of(command)));
const left = or(await client.GET('/api/communities/{id}/commands', inCommunity)).items;
must(left.every((one) => one.id !== command.id), 'the command is gone', left);

// What one is told of.
const mentions = { level: 'mentions' as const };
done(await client.PUT('/api/channels/{id}/notify', { ...inChannel, body: mentions }));
must(or(await client.GET('/api/channels/{id}', inChannel)).notify === 'mentions', 'the level of the channel is set');
const { notify } = or(await client.GET('/api/communities/{id}', inCommunity));
for (const level of ['nothing' as const, notify]) {
  done(await client.PUT('/api/communities/{id}/notify', { ...inCommunity, body: { level } }));
  const shown = or(await client.GET('/api/communities/{id}', inCommunity));
  must(shown.notify === level, 'the level of the community is set', shown);
}
const look = { body_md: `look, @<user:${user.id}>` };
const called = or(await asBot.POST('/api/channels/{id}/messages', { ...inChannel, body: look }));
let told: Schemas['Notification'];
do {
  const frame = JSON.parse(await frames.dataOf('notification.new')) as Schemas['NotificationNewEvent'];
  told = frame.payload.notification;
} while (told.source_id !== called.id);
await frames.close();
must(told.type === 'mention' && told.reason === 'user' && told.preview === null, 'of the mention', told);
const listed = async (unread: boolean) => {
  const all = or(await client.GET('/api/notifications', { params: { query: { unread } } }));
  return all.items.find((one) => one.id === told.id);
};
const notification = await listed(true);
must(notification?.read === false && notification.preview?.startsWith('look, ') === true, 'unread', notification);
const rest = or(await client.POST('/api/notifications/read', { body: { ids: [told.id] } }));
must(rest.unread >= 0, 'a number is left', rest);
must((await listed(true)) === undefined && (await listed(false))?.read === true, 'it is read');

// What is unread: two messages of the bot's.
const unread = async () => {
  const here = or(await client.GET('/api/unread')).items.find((one) => one.channel_id === channel.id);
  return here && `${here.count} with ${here.mentions}`;
};
must((await unread()) === '2 with 1', 'two are unread, and one is a mention');
const marked = { ...inChannel, body: { message_id: called.id } };
done(await client.PUT('/api/channels/{id}/read', marked));
must((await unread()) === undefined, 'all is read');
done(await client.PUT('/api/channels/{id}/unread', marked));
must((await unread()) === '1 with 1', 'the mention is unread');

// An outgoing webhook, whose address is nowhere.
const newHook: Schemas['CreateOutgoingWebhook'] = {
  url: 'https://ci.example/hook',
  events: ['message.created'],
  channel_ids: [channel.id],
};
const hook = or(await client.POST('/api/communities/{id}/outgoing_webhooks', { ...inCommunity, body: newHook }));
const ofHook = of(hook);
must(hook.secret?.startsWith('whsec_') === true && hook.disabled_reason === null, 'it has a secret', hook.id);
const hooks = or(await client.GET('/api/communities/{id}/outgoing_webhooks', inCommunity)).items;
const shown = hooks.find((one) => one.id === hook.id);
must(shown !== undefined && shown.secret === undefined, 'the secret is shown once', shown);
must(shown.events.join() === 'message.created' && shown.channel_ids?.join() === channel.id, 'it is listed', shown);
const sent = { body_md: 'to be delivered' };
or(await client.POST('/api/channels/{id}/messages', { ...inChannel, body: sent }));
const deliveries = () => client.GET('/api/outgoing_webhooks/{id}/deliveries', ofHook);
const delivery = await until('a delivery', async () => or(await deliveries()).items[0]);
must(delivery.event === 'message.created' && delivery.status !== 'delivered', 'it is not taken', delivery);
const stopped = or(await client.PATCH('/api/outgoing_webhooks/{id}', { ...ofHook, body: { enabled: false } }));
must(!stopped.enabled && stopped.disabled_reason === 'stopped' && stopped.url === hook.url, 'it is off', stopped);
refused(409, 'conflict', await client.POST('/api/deliveries/{id}/replay', of(delivery)));
done(await client.DELETE('/api/outgoing_webhooks/{id}', ofHook));
refused(404, 'not_found', await deliveries());

// An incoming webhook.
const incoming = or(await client.POST('/api/channels/{id}/webhooks', { ...inChannel, body: { name: 'CI' } }));
must(incoming.url?.includes(`/hook/${incoming.id}/`) === true, 'it has an address', incoming.id);
const ofChannel = or(await client.GET('/api/channels/{id}/webhooks', inChannel)).items;
must(ofChannel.length === 1 && ofChannel[0]?.id === incoming.id, 'it is listed', ofChannel);
must(ofChannel[0].name === 'CI' && ofChannel[0].url === undefined, 'its address is shown once', ofChannel);
const renamed = or(await client.PATCH('/api/webhooks/{id}', { ...of(incoming), body: { name: 'CD' } }));
must(renamed.name === 'CD' && renamed.channel_id === channel.id, 'it has another name', renamed);
const ofCommunity = or(
  await client.GET('/api/communities/{id}/webhooks', { params: { path: { id: community.id }, query: { limit: 200 } } }),
).items;
must(ofCommunity.some((one) => one.id === incoming.id), 'it is listed with all', ofCommunity);
done(await client.DELETE('/api/webhooks/{id}', of(incoming)));
must(or(await client.GET('/api/channels/{id}/webhooks', inChannel)).items.length === 0, 'it is gone');

// A token that is revoked is good for nothing.
done(await client.DELETE('/api/tokens/{id}', of(made)));
refused(401, 'unauthenticated', await asBot.GET('/api/messages/{id}', of(posted)));
must(or(await client.GET('/api/bots/{id}/tokens', ofBot)).items.length === 0, 'the token is gone');
done(await client.DELETE('/api/bots/{id}', ofBot));
must(!(await isListed()), 'the bot is gone');
