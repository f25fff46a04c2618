// Posts a message with the client that openapi-generator's typescript-fetch makes, and reads it back: from the stream too, and what is not there.
import {
  ChannelsApi,
  CommunitiesApi,
  Configuration,
  MessageCreatedEventFromJSON,
  MessagesApi,
  ResponseError,
  SignInApi,
} from './client/index.js';
import { Frames } from './stream.js';

const [basePath, username, name] = process.argv.slice(2) as [string, string, string];
const { token } = await new SignInApi(new Configuration({ basePath })).authDev({ devSignIn: { username } });
const configuration = new Configuration({ basePath, accessToken: token });

const communities = new CommunitiesApi(configuration);
const community =
  (await communities.communitiesList()).items[0] ??
  (await communities.communitiesCreate({ createCommunity: { name, slug: name } }));
const channel = await new ChannelsApi(configuration).channelsCreate({ id: community.id, createChannel: { name } });
const messages = new MessagesApi(configuration);
const frames = await Frames.open(basePath, token);
const posted = await messages.messagesPost({ id: channel.id, postMessage: { bodyMd: 'posted by **typescript**' } });
const read = await messages.messagesGet({ id: posted.id });
if (read.bodyMd !== 'posted by **typescript**' || read.parentId !== null) throw new Error('read something else');
const event = MessageCreatedEventFromJSON(JSON.parse(await frames.dataOf('message.created')));
await frames.close();
if (event.payload.message.id !== posted.id) throw new Error('the stream tells of something else');
const missing = await messages.messagesGet({ id: '00000000-0000-0000-0000-000000000000' }).catch((error) => error);
if (!(missing instanceof ResponseError) || missing.response.status !== 404) throw new Error('there is no such message');
if ((await missing.response.json()).code !== 'not_found') throw new Error('the refusal says something else');
