// Posts a message with the client that openapi-generator's typescript-fetch makes, and reads it back.
import { ChannelsApi, CommunitiesApi, Configuration, MessagesApi, SignInApi } from './client/index.js';

const [basePath, username, name] = process.argv.slice(2) as [string, string, string];
const { token } = await new SignInApi(new Configuration({ basePath })).authDev({ devSignIn: { username } });
const configuration = new Configuration({ basePath, accessToken: token });

const communities = new CommunitiesApi(configuration);
const community =
  (await communities.communitiesList()).items[0] ??
  (await communities.communitiesCreate({ createCommunity: { name, slug: name } }));
const channel = await new ChannelsApi(configuration).channelsCreate({ id: community.id, createChannel: { name } });
const messages = new MessagesApi(configuration);
const posted = await messages.messagesPost({ id: channel.id, postMessage: { bodyMd: 'posted by **typescript**' } });
const read = await messages.messagesGet({ id: posted.id });
if (read.bodyMd !== 'posted by **typescript**' || read.parentId !== null) throw new Error('read something else');
