// Posts a message with the client that orval makes, and reads it back.
import { authDev, channelsCreate, communitiesCreate, communitiesList, messagesGet, messagesPost } from './api.js';
import { session } from './orval-fetch.js';

const [base, username, name] = process.argv.slice(2) as [string, string, string];
session.base = base;

const signedIn = await authDev({ username });
if (signedIn.status !== 200) throw new Error(signedIn.data.code);
session.token = signedIn.data.token;

const communities = await communitiesList();
if (communities.status !== 200) throw new Error(communities.data.code);
let community = communities.data.items[0];
if (!community) {
  const created = await communitiesCreate({ name, slug: name });
  if (created.status !== 201) throw new Error(`community: ${created.status}`);
  community = created.data;
}

const channel = await channelsCreate(community.id, { name });
if (channel.status !== 201) throw new Error(`channel: ${channel.status}`);
const posted = await messagesPost(channel.data.id, { body_md: 'posted by **orval**' });
if (posted.status !== 201) throw new Error(`message: ${posted.status}`);
const read = await messagesGet(posted.data.id);
if (read.status !== 200) throw new Error(read.data.code);
if (read.data.body_md !== 'posted by **orval**' || read.data.parent_id !== null) throw new Error('read something else');
