// Posts a message with openapi-fetch over the types that openapi-typescript makes, and reads it back: from the stream too, and what is not there.
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';
import { Frames } from './stream.js';

const [baseUrl, username, name] = process.argv.slice(2) as [string, string, string];
const client = createClient<paths>({ baseUrl });

const or = <T>(answer: { data?: T; error?: components['schemas']['Problem'] }): T => {
  if (answer.data === undefined) throw new Error(answer.error?.code);
  return answer.data;
};

const { token } = or(await client.POST('/auth/dev', { body: { username } }));
client.use({ onRequest: ({ request }) => request.headers.set('authorization', `Bearer ${token}`) });

const communities = or(await client.GET('/api/communities'));
const community = communities.items[0] ?? or(await client.POST('/api/communities', { body: { name, slug: name } }));
const inCommunity = { params: { path: { id: community.id } } };
const channel = or(await client.POST('/api/communities/{id}/channels', { ...inCommunity, body: { name } }));
const inChannel = { params: { path: { id: channel.id } } };
const frames = await Frames.open(baseUrl, token);
const body = { body_md: 'posted by **openapi-fetch**' };
const posted: components['schemas']['Message'] = or(
  await client.POST('/api/channels/{id}/messages', { ...inChannel, body }),
);
const read = or(await client.GET('/api/messages/{id}', { params: { path: { id: posted.id } } }));
if (read.body_md !== body.body_md || read.parent_id !== null) throw new Error('read something else');
type Created = components['schemas']['MessageCreatedEvent'];
const event = JSON.parse(await frames.dataOf('message.created')) as Created;
await frames.close();
if (event.payload.message.id !== posted.id) throw new Error('the stream tells of something else');
const path = { id: '00000000-0000-0000-0000-000000000000' };
const { error, response } = await client.GET('/api/messages/{id}', { params: { path } });
if (response.status !== 404 || error?.code !== 'not_found') throw new Error('there is no such message');
