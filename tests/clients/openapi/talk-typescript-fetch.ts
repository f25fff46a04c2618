// Walks through a conversation with the client that openapi-generator's typescript-fetch makes. Somebody and a friend edit, reply, react,
// pin, vote, delete and purge, which the stream tells of, and meet refusals; drafts, saved and scheduled messages come and go; a picture is
// sent in a form and to the object store, and becomes an emoji and somebody's own picture.
import {
  basePath,
  channel,
  community,
  configuration,
  inChannel,
  inCommunity,
  messages,
  name,
  refused,
  signIn,
  token,
  user,
} from './begin-typescript-fetch.js';
import {
  ChannelsApi,
  InvitesApi,
  MeApi,
  type Message,
  MessageEditedEventFromJSON,
  MessagesApi,
  type MessagesListRequest,
  PicturesApi,
  type PostMessage,
  ReactionAddedEventFromJSON,
} from './client/index.js';
import { bytes, isJpeg, isPicture, picture, put } from './picture.js';
import { Frames } from './stream.js';
import { must, until } from './wait.js';

const HOUR_MS = 3_600_000;
const fromNow = (ms: number) => new Date(Date.now() + ms);

// A friend joins by an invite.
const friend = await signIn(name);
const invites = new InvitesApi(configuration);
const { code } = await invites.invitesCreate({ ...inCommunity, createInvite: { maxUses: 1 } });
const accepted = await new InvitesApi(friend.configuration).invitesAccept({ code });
must(accepted.id === community.id, 'they join the community', accepted);
const joined = await new ChannelsApi(friend.configuration).channelsJoin(inChannel);
must(joined.id === channel.id, 'they join the channel', joined);
const ofFriend = new MessagesApi(friend.configuration);
const frames = await Frames.open(basePath, token);

const post = (postMessage: PostMessage, by = messages) => by.messagesPost({ ...inChannel, postMessage });
const edit = ({ id }: Message, bodyMd: string, by = messages) => by.messagesEdit({ id, editMessage: { bodyMd } });
const read = ({ id }: Message) => messages.messagesGet({ id });
const page = (query: Omit<MessagesListRequest, 'id'>) => messages.messagesList({ ...inChannel, ...query });
const ids = (items: { id: string }[]) => items.map((one) => one.id).join();

// An author edits.
const before = await post({ bodyMd: 'before' });
const posted = await post({ bodyMd: 'posted' });
const after = await post({ bodyMd: 'after' });
const ofPosted = { id: posted.id };
const edited = await edit(posted, '**edited**');
must(edited.id === posted.id && edited.bodyMd === '**edited**', 'it has another text', edited);
must(edited.editedAt !== null && edited.bodyHtml.includes('<strong>edited</strong>'), 'it was edited', edited);
const editing = MessageEditedEventFromJSON(JSON.parse(await frames.dataOf('message.edited')));
const { message: told } = editing.payload;
must(told.id === posted.id && told.bodyMd === '**edited**', 'the stream tells of the edit', told);
must(told.editedAt?.getTime() === edited.editedAt.getTime(), 'the stream tells when', told);
await refused(403, 'forbidden', edit(posted, 'theirs', ofFriend));
const blank = await refused(422, 'invalid', edit(posted, ' '));
must(blank.errors[0]?.field === 'body_md', 'the refusal names the text', blank);

// A thread, and a page around a message.
const reply = await post({ bodyMd: 'a reply', parentId: posted.id }, ofFriend);
must(reply.parentId === posted.id, 'it is a reply', reply);
const replies = await messages.threadsReplies(ofPosted);
must(ids(replies.items) === reply.id && !replies.hasMore, 'it is the only reply', replies);
const first = await read(posted);
must(first.replyCount === 1 && first.thread?.following === true, 'it is followed', first);
must(first.thread.repliers[0]?.id === friend.user.id, 'the friend has replied', first);
const nested = await refused(422, 'invalid', post({ bodyMd: 'deeper', parentId: reply.id }));
must(nested.errors[0]?.field === 'parent_id', 'the refusal names the parent', nested);
const around = await page({ around: posted.id, limit: 3 });
must(ids(around.items) === ids([before, posted, after]) && around.hasMore, 'those beside it', around);
const top = await page({ topLevel: true });
must(ids(top.items) === ids([before, posted, after]) && !top.hasMore, 'all without the reply', top);

// Reactions.
const thumb = { ...ofPosted, emoji: '👍' };
const reactions = async () =>
  (await read(posted)).reactions.map((one) => `${one.emoji} ${one.count} ${one.reactedByMe}`);
await ofFriend.reactionsAdd(thumb);
const { payload: reaction } = ReactionAddedEventFromJSON(JSON.parse(await frames.dataOf('reaction.added')));
await frames.close();
must(reaction.messageId === posted.id && reaction.emoji === '👍', 'the stream tells of the emoji', reaction);
must(reaction.userId === friend.user.id, 'the stream tells whose it is', reaction);
await messages.reactionsAdd(thumb);
must((await reactions()).join() === '👍 2 true', 'both have reacted');
const who = (await messages.reactionsList(thumb)).items.map((one) => one.id);
must(who.sort().join() === [user.id, friend.user.id].sort().join(), 'both are listed', who);
await messages.reactionsRemove(thumb);
must((await reactions()).join() === '👍 1 false', 'the friend has reacted');
const noEmoji = await refused(422, 'invalid', messages.reactionsAdd({ ...ofPosted, emoji: 'no emoji' }));
must(noEmoji.errors[0]?.field === 'emoji', 'the refusal names the emoji', noEmoji);

// Pins.
await messages.pinsSet(ofPosted);
const pinned = (await messages.pinsList(inChannel)).items;
must(ids(pinned) === posted.id && pinned[0]?.pinned === true, 'it is pinned', pinned);
await refused(403, 'forbidden', ofFriend.pinsLift(ofPosted));
await messages.pinsLift(ofPosted);
must((await messages.pinsList(inChannel)).items.length === 0, 'it is not pinned');

// A poll, and one that closes.
const votes = ({ poll }: Message) => poll?.options.map((one) => `${one.text} ${one.votes} ${one.votedByMe}`).join();
const vote = ({ id }: Message, options: number[], by = messages) => by.pollsVote({ id, castVotes: { options } });
const asked = await post({ poll: { question: 'Which?', options: ['red', 'green'] } });
must(votes(asked) === 'red 0 false,green 0 false' && asked.poll?.closed === false, 'it is open', asked);
const voted = await vote(asked, [1], ofFriend);
must(votes(voted) === 'red 0 false,green 1 true', 'the friend has voted', voted);
const results = await read(asked);
must(votes(results) === 'red 0 false,green 1 false', 'one has voted', results);
must(results.poll?.question === 'Which?', 'it is the same poll', results);
const several = await refused(422, 'invalid', vote(asked, [0, 1]));
must(several.errors[0]?.field === 'options', 'the refusal names the options', several);
const ending = { question: 'Now?', options: ['yes', 'no'], closesAt: fromNow(5_000) };
const closing = await post({ bodyMd: 'hurry', poll: ending });
await until('the end of the poll', async () => (await read(closing)).poll?.closed || undefined);
await refused(409, 'conflict', vote(closing, [0]));

// A draft.
const own = new MeApi(configuration);
const half = 'half a sent';
const draft = await messages.draftsSet({ ...inChannel, keepDraft: { bodyMd: half } });
must(draft.channelId === channel.id && draft.bodyMd === half && draft.parentId === null, 'it is kept', draft);
must((await messages.draftsGet(inChannel)).bodyMd === half, 'it is read');
const { drafts } = await own.meSync();
must(drafts.find((one) => one.channelId === channel.id)?.bodyMd === half, 'it is among all drafts', drafts);
await messages.draftsRemove(inChannel);
await refused(404, 'not_found', messages.draftsGet(inChannel));

// A saved message.
const later = fromNow(HOUR_MS);
const isLater = (date: Date | null | undefined) => date?.getTime() === later.getTime();
const savedOne = async () =>
  (await messages.savedList({ limit: 200 })).items.find((one) => one.message.id === posted.id);
const saved = await messages.savedSet({ ...ofPosted, saveMessage: { note: 'read again', remindAt: later } });
must(saved.message.id === posted.id && saved.note === 'read again', 'it is saved', saved);
must(isLater(saved.remindAt), 'with a time', saved);
const listed = await savedOne();
must(listed?.note === 'read again' && isLater(listed.remindAt), 'it is listed', listed);
await messages.savedRemove(ofPosted);
must((await savedOne()) === undefined, 'it is not saved');

// A scheduled message.
const schedule = (bodyMd: string, sendAt: Date) =>
  messages.scheduledCreate({ ...inChannel, scheduleMessage: { bodyMd, sendAt } });
const waiting = await schedule('later', later);
must(waiting.bodyMd === 'later' && isLater(waiting.sendAt), 'it is scheduled', waiting);
must(waiting.state === 'pending' && waiting.messageId === null, 'it waits', waiting);
const ofWaiting = { id: waiting.id };
const changed = await messages.scheduledUpdate({ ...ofWaiting, updateScheduled: { bodyMd: 'much later' } });
must(changed.bodyMd === 'much later' && isLater(changed.sendAt), 'it has another text', changed);
const kept = (await messages.scheduledList(inChannel)).items;
must(ids(kept) === waiting.id && kept[0]?.bodyMd === 'much later', 'it is listed', kept);
const past = await refused(422, 'invalid', schedule('too late', fromNow(-HOUR_MS)));
must(past.errors[0]?.field === 'send_at', 'the refusal names the time', past);
await messages.scheduledCancel(ofWaiting);
must((await messages.scheduledList(inChannel)).items.length === 0, 'it is not scheduled');

// A file that comes in a form.
const add = (file: File, alt: string) => messages.attachmentsAdd({ ...inChannel, file, alt });
const added = await add(picture('tiny.png'), 'six dots');
must(added.filename === 'tiny.png' && added.contentType === 'image/png', 'it is a picture', added);
must(added.sizeBytes === bytes.length && added.width === 3 && added.height === 2, 'of that size', added);
must(added.alt === 'six dots' && added.thumbnailUrl === null, 'with a description', added);
const describeAttachment = { alt: 'six green dots' };
const described = await messages.attachmentsDescribe({ id: added.id, describeAttachment });
must(described.id === added.id && described.alt === 'six green dots', 'it has another description', described);
const noPicture = await refused(422, 'invalid', add(new File(['no picture'], 'tiny.png'), 'none'));
must(noPicture.errors[0]?.field === 'file', 'the refusal names the file', noPicture);

// A file that goes to the object store, and both in a message.
const beginUpload = { filename: 'direct.png', contentType: 'image/png', sizeBytes: bytes.length };
const begun = await messages.uploadsBegin({ ...inChannel, beginUpload });
const { attachment: direct } = begun;
must(direct.filename === 'direct.png' && direct.status === 'pending', 'it is expected', direct);
await put(begun.uploadUrl, begun.headers);
const shown = await post({ attachmentIds: [added.id, direct.id] });
must(ids(shown.attachments) === ids([added, direct]), 'it shows both', shown);
await refused(409, 'pending', messages.attachmentsGet({ id: direct.id }));
await messages.uploadsComplete({ id: direct.id });
const areClean = async () => (await read(shown)).attachments.every((one) => one.status === 'clean') || undefined;
await until('the end of the checks', areClean);
for (const { id } of [added, direct]) {
  // The client follows the redirection to where the bytes are.
  const { raw } = await ofFriend.attachmentsGetRaw({ id });
  must(raw.redirected && isPicture(await raw.arrayBuffer()), 'it is another file', raw.url);
}
await messages.attachmentsDelete({ id: added.id });
must(ids((await read(shown)).attachments) === direct.id, 'one file is left');

// The bytes of a picture that is served at this address.
const pictures = new PicturesApi(configuration);
const bytesOf = async (url: string) => {
  const [kind, id, size] = url.split('/').slice(-3) as [string, string, string];
  return (await pictures.mediaGet({ kind, id, size: Number(size) })).arrayBuffer();
};

// A custom emoji, which is a reaction too.
const emojiName = name.replaceAll('-', '_');
const emoji = await pictures.emojiCreate({ ...inCommunity, name: emojiName, file: picture('dots.png') });
must(emoji.name === emojiName && isJpeg(await bytesOf(emoji.url)), 'it has a picture', emoji);
const isListed = async () =>
  (await pictures.emojiList({ ...inCommunity, limit: 200 })).items.some((one) => one.id === emoji.id);
must(await isListed(), 'it is listed');
await messages.reactionsAdd({ ...ofPosted, emoji: `:${emojiName}:` });
must((await reactions()).includes(`:${emojiName}: 1 true`), 'it is a reaction', await reactions());
await pictures.emojiDelete({ id: emoji.id });
must(!(await isListed()), 'it is gone');

// One's own picture.
const me = await pictures.meSetAvatar({ file: picture('me.png') });
must(me.id === user.id && me.avatarUrl !== null, 'one has a picture', me);
must(isJpeg(await bytesOf(me.avatarUrl)), 'it is served', me);
await pictures.meRemoveAvatar();
must((await own.meGet()).avatarUrl === null, 'one has no picture');

// What is deleted keeps its place.
await refused(403, 'forbidden', ofFriend.messagesDelete({ id: after.id }));
await messages.messagesDelete({ id: after.id });
const gone = await read(after);
must(gone.deleted && gone.bodyMd === '', 'its text is gone', gone);
await refused(410, 'gone', edit(after, 'again'));

// The two newest ones go at once.
const purge = { ...inChannel, purgeMessages: { count: 2 } };
await refused(403, 'forbidden', ofFriend.messagesPurge(purge));
await messages.messagesPurge(purge);
const left = (await page({})).items.filter((one) => !one.deleted);
must(ids(left) === ids([before, posted, reply, asked]), 'the others are left', left);
