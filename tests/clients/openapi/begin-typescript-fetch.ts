// What the programs with openapi-generator's typescript-fetch begin with: somebody signed in, a community, and a channel of their own.
import {
  ChannelsApi,
  CommunitiesApi,
  Configuration,
  MessagesApi,
  type Problem,
  ResponseError,
  SignInApi,
} from './client/index.js';
import { must } from './wait.js';

export const [basePath, username, name] = process.argv.slice(2) as [string, string, string];

// Somebody who signs in by name, with a configuration of their own.
export const signIn = async (username: string) => {
  const { token, user } = await new SignInApi(new Configuration({ basePath })).authDev({ devSignIn: { username } });
  return { configuration: new Configuration({ basePath, accessToken: token }), token, user };
};

// The problem document of what is refused with this status and code.
export const refused = async (status: number, code: string, asked: Promise<unknown>): Promise<Problem> => {
  const refusal: unknown = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  must(refusal instanceof ResponseError, `it is not refused with ${code}`, refusal);
  const problem = (await refusal.response.json()) as Problem;
  must(refusal.response.status === status && problem.code === code, 'the refusal says something else', problem);
  return problem;
};

export const { configuration, token, user } = await signIn(username);
export const communities = new CommunitiesApi(configuration);
export const channels = new ChannelsApi(configuration);
export const messages = new MessagesApi(configuration);
export const community =
  (await communities.communitiesList()).items[0] ??
  (await communities.communitiesCreate({ createCommunity: { name, slug: name } }));
export const channel = await channels.channelsCreate({ id: community.id, createChannel: { name } });
export const [inCommunity, inChannel] = [{ id: community.id }, { id: channel.id }];
