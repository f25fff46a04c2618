// What the programs with openapi-fetch begin with: somebody signed in, a community, and a channel of their own.
import createClient from 'openapi-fetch';
import type { components, paths } from './api.js';
import { must } from './wait.js';

export type Schemas = components['schemas'];

export const [baseUrl, username, name] = process.argv.slice(2) as [string, string, string];

export const or = <T>(answer: { data?: T; error?: Schemas['Problem'] }): T => {
  if (answer.data === undefined) throw new Error(answer.error?.code);
  return answer.data;
};

// Of what answers nothing: that it was done.
export const done = ({ response, error }: { response: Response; error?: Schemas['Problem'] }): void =>
  must(response.ok, `${response.status} of ${response.url}`, error);

// The problem document of what was refused with this status and code.
export const refused = (
  status: number,
  code: string,
  { response, error }: { response: Response; error?: Schemas['Problem'] },
): Schemas['Problem'] => {
  must(error !== undefined && response.status === status, `${response.status} of ${response.url}`, error);
  must(error.code === code, 'the refusal says something else', error);
  return error;
};

// Somebody who signs in by name, with a client of their own.
export const signIn = async (username: string) => {
  const client = createClient<paths>({ baseUrl });
  const { token, user } = or(await client.POST('/auth/dev', { body: { username } }));
  client.use({ onRequest: ({ request }) => request.headers.set('authorization', `Bearer ${token}`) });
  return { client, token, user };
};

// The parameters of an operation that takes an id in its path.
export const of = ({ id }: { id: string }) => ({ params: { path: { id } } });

export const { client, token, user } = await signIn(username);
const communities = or(await client.GET('/api/communities'));
export const community =
  communities.items[0] ?? or(await client.POST('/api/communities', { body: { name, slug: name } }));
export const inCommunity = of(community);
export const channel = or(await client.POST('/api/communities/{id}/channels', { ...inCommunity, body: { name } }));
export const inChannel = of(channel);
