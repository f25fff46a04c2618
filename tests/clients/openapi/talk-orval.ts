// Walks through a conversation with the client that orval makes. Somebody and a friend edit, reply, react, pin, vote, delete and purge,
// and meet refusals; drafts, saved and scheduled messages come and go; a picture is sent in a form and to the object store, and becomes an
// emoji and somebody's own picture. It reads no stream.
import {
  attachmentsAdd,
  attachmentsDelete,
  attachmentsDescribe,
  attachmentsGet,
  authDev,
  channelsJoin,
  draftsGet,
  draftsRemove,
  draftsSet,
  emojiCreate,
  emojiDelete,
  emojiList,
  invitesAccept,
  invitesCreate,
  mediaGet,
  meGet,
  meRemoveAvatar,
  meSetAvatar,
  type Message,
  messagesDelete,
  messagesEdit,
  messagesGet,
  messagesList,
  type MessagesListParams,
  messagesPost,
  messagesPurge,
  meSync,
  pinsLift,
  pinsList,
  pinsSet,
  pollsVote,
  type PostMessage,
  reactionsAdd,
  reactionsList,
  reactionsRemove,
  savedList,
  savedRemove,
  savedSet,
  scheduledCancel,
  scheduledCreate,
  scheduledList,
  scheduledUpdate,
  threadsReplies,
  uploadsBegin,
  uploadsComplete,
} from './api.js';
import { by, channel, community, is, name, refused, user } from './begin-orval.js';
import { bytes, fetched, isJpeg, isPicture, picture, put } from './picture.js';
import { must, until } from './wait.js';

const HOUR_MS = 3_600_000;
const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

// A friend joins by an invite.
const friend = is(await by('', () => authDev({ username: name })), 200).data;
const byFriend = <T>(ask: () => Promise<T>) => by(friend.token, ask);
const { code } = is(await invitesCreate(community.id, { max_uses: 1 }), 201).data;
const accepted = is(await byFriend(() => invitesAccept(code)), 200).data;
must(accepted.id === community.id, 'they join the community', accepted);
const joined = is(await byFriend(() => channelsJoin(channel.id)), 200).data;
must(joined.id === channel.id, 'they join the channel', joined);

const post = async (message: PostMessage) => is(await messagesPost(channel.id, message), 201).data;
const read = async (id: string) => is(await messagesGet(id), 200).data;
const page = async (query: MessagesListParams) => is(await messagesList(channel.id, query), 200).data;
const ids = (items: { id: string }[]) => items.map((one) => one.id).join();

// An author edits.
const before = await post({ body_md: 'before' });
const posted = await post({ body_md: 'posted' });
const after = await post({ body_md: 'after' });
const edited = is(await messagesEdit(posted.id, { body_md: '**edited**' }), 200).data;
must(edited.id === posted.id && edited.body_md === '**edited**', 'it has another text', edited);
must(edited.edited_at !== null && edited.body_html.includes('<strong>edited</strong>'), 'it was edited', edited);
refused(403, 'forbidden', await byFriend(() => messagesEdit(posted.id, { body_md: 'theirs' })));
const blank = refused(422, 'invalid', await messagesEdit(posted.id, { body_md: ' ' }));
must(blank.errors[0]?.field === 'body_md', 'the refusal names the text', blank);

// A thread, and a page around a message.
const answer = { body_md: 'a reply', parent_id: posted.id };
const reply = is(await byFriend(() => messagesPost(channel.id, answer)), 201).data;
must(reply.parent_id === posted.id, 'it is a reply', reply);
const replies = is(await threadsReplies(posted.id), 200).data;
must(ids(replies.items) === reply.id && !replies.has_more, 'it is the only reply', replies);
const first = await read(posted.id);
must(first.reply_count === 1 && first.thread?.following === true, 'it is followed', first);
must(first.thread.repliers[0]?.id === friend.user.id, 'the friend has replied', first);
const nested = refused(422, 'invalid', await messagesPost(channel.id, { body_md: 'deeper', parent_id: reply.id }));
must(nested.errors[0]?.field === 'parent_id', 'the refusal names the parent', nested);
const around = await page({ around: posted.id, limit: 3 });
must(ids(around.items) === ids([before, posted, after]) && around.has_more, 'those beside it', around);
const top = await page({ top_level: true });
must(ids(top.items) === ids([before, posted, after]) && !top.has_more, 'all without the reply', top);

// Reactions.
const reactions = async () =>
  (await read(posted.id)).reactions.map((one) => `${one.emoji} ${one.count} ${one.reacted_by_me}`);
is(await byFriend(() => reactionsAdd(posted.id, '👍')), 204);
is(await reactionsAdd(posted.id, '👍'), 204);
must((await reactions()).join() === '👍 2 true', 'both have reacted');
const who = is(await reactionsList(posted.id, '👍'), 200).data.items.map((one) => one.id);
must(who.sort().join() === [user.id, friend.user.id].sort().join(), 'both are listed', who);
is(await reactionsRemove(posted.id, '👍'), 204);
must((await reactions()).join() === '👍 1 false', 'the friend has reacted');
const noEmoji = refused(422, 'invalid', await reactionsAdd(posted.id, 'no emoji'));
must(noEmoji.errors[0]?.field === 'emoji', 'the refusal names the emoji', noEmoji);

// Pins.
const pins = async () => is(await pinsList(channel.id), 200).data.items;
is(await pinsSet(posted.id), 204);
const pinned = await pins();
must(ids(pinned) === posted.id && pinned[0]?.pinned === true, 'it is pinned', pinned);
refused(403, 'forbidden', await byFriend(() => pinsLift(posted.id)));
is(await pinsLift(posted.id), 204);
must((await pins()).length === 0, 'it is not pinned');

// A poll, and one that closes.
const votes = ({ poll }: Message) =>
  poll?.options.map((one) => `${one.text} ${one.votes} ${one.voted_by_me}`).join();
const asked = await post({ poll: { question: 'Which?', options: ['red', 'green'] } });
must(votes(asked) === 'red 0 false,green 0 false' && asked.poll?.closed === false, 'it is open', asked);
const voted = is(await byFriend(() => pollsVote(asked.id, { options: [1] })), 200).data;
must(votes(voted) === 'red 0 false,green 1 true', 'the friend has voted', voted);
const results = await read(asked.id);
must(votes(results) === 'red 0 false,green 1 false', 'one has voted', results);
must(results.poll?.question === 'Which?', 'it is the same poll', results);
const several = refused(422, 'invalid', await pollsVote(asked.id, { options: [0, 1] }));
must(several.errors[0]?.field === 'options', 'the refusal names the options', several);
const ending = { question: 'Now?', options: ['yes', 'no'], closes_at: fromNow(5_000) };
const closing = await post({ body_md: 'hurry', poll: ending });
await until('the end of the poll', async () => (await read(closing.id)).poll?.closed || undefined);
refused(409, 'conflict', await pollsVote(closing.id, { options: [0] }));

// A draft.
const half = 'half a sent';
const draft = is(await draftsSet(channel.id, { body_md: half }), 200).data;
must(draft.channel_id === channel.id && draft.body_md === half && draft.parent_id === null, 'it is kept', draft);
must(is(await draftsGet(channel.id), 200).data.body_md === half, 'it is read');
const { drafts } = is(await meSync(), 200).data;
must(drafts.find((one) => one.channel_id === channel.id)?.body_md === half, 'it is among all drafts', drafts);
is(await draftsRemove(channel.id), 204);
refused(404, 'not_found', await draftsGet(channel.id));

// A saved message.
const later = fromNow(HOUR_MS);
const savedOne = async () =>
  is(await savedList({ limit: 200 }), 200).data.items.find((one) => one.message.id === posted.id);
const saved = is(await savedSet(posted.id, { note: 'read again', remind_at: later }), 200).data;
must(saved.message.id === posted.id && saved.note === 'read again', 'it is saved', saved);
must(saved.remind_at === later, 'with a time', saved);
const listed = await savedOne();
must(listed?.note === 'read again' && listed.remind_at === later, 'it is listed', listed);
is(await savedRemove(posted.id), 204);
must((await savedOne()) === undefined, 'it is not saved');

// A scheduled message.
const scheduled = async () => is(await scheduledList(channel.id), 200).data.items;
const waiting = is(await scheduledCreate(channel.id, { body_md: 'later', send_at: later }), 201).data;
must(waiting.body_md === 'later' && waiting.send_at === later, 'it is scheduled', waiting);
must(waiting.state === 'pending' && waiting.message_id === null, 'it waits', waiting);
const changed = is(await scheduledUpdate(waiting.id, { body_md: 'much later' }), 200).data;
must(changed.body_md === 'much later' && changed.send_at === later, 'it has another text', changed);
const kept = await scheduled();
must(ids(kept) === waiting.id && kept[0]?.body_md === 'much later', 'it is listed', kept);
const tooLate = { body_md: 'too late', send_at: fromNow(-HOUR_MS) };
const past = refused(422, 'invalid', await scheduledCreate(channel.id, tooLate));
must(past.errors[0]?.field === 'send_at', 'the refusal names the time', past);
is(await scheduledCancel(waiting.id), 204);
must((await scheduled()).length === 0, 'it is not scheduled');

// A file that comes in a form.
const add = (file: File, alt: string) => attachmentsAdd(channel.id, { file, alt });
const added = is(await add(picture('tiny.png'), 'six dots'), 201).data;
must(added.filename === 'tiny.png' && added.content_type === 'image/png', 'it is a picture', added);
must(added.size_bytes === bytes.length && added.width === 3 && added.height === 2, 'of that size', added);
must(added.alt === 'six dots' && added.thumbnail_url === null, 'with a description', added);
const described = is(await attachmentsDescribe(added.id, { alt: 'six green dots' }), 200).data;
must(described.id === added.id && described.alt === 'six green dots', 'it has another description', described);
const noPicture = refused(422, 'invalid', await add(new File(['no picture'], 'tiny.png'), 'none'));
must(noPicture.errors[0]?.field === 'file', 'the refusal names the file', noPicture);

// A file that goes to the object store, and both in a message.
const upload = { filename: 'direct.png', content_type: 'image/png', size_bytes: bytes.length };
const begun = is(await uploadsBegin(channel.id, upload), 201).data;
const { attachment: direct } = begun;
must(direct.filename === 'direct.png' && direct.status === 'pending', 'it is expected', direct);
await put(begun.upload_url, begun.headers);
const shown = await post({ attachment_ids: [added.id, direct.id] });
must(ids(shown.attachments) === ids([added, direct]), 'it shows both', shown);
refused(409, 'pending', await attachmentsGet(direct.id));
is(await uploadsComplete(direct.id), 204);
const areClean = async () =>
  (await read(shown.id)).attachments.every((one) => one.status === 'clean') || undefined;
await until('the end of the checks', areClean);
for (const { id } of [added, direct]) {
  const led = is(await byFriend(() => attachmentsGet(id, undefined, { redirect: 'manual' })), 302);
  const address = led.headers.get('location');
  must(address !== null && isPicture(await fetched(address)), 'it is another file', address);
}
is(await attachmentsDelete(added.id), 204);
must(ids((await read(shown.id)).attachments) === direct.id, 'one file is left');

// The bytes of a picture that is served at this address.
const bytesOf = async (url: string) => {
  const [kind, id, size] = url.split('/').slice(-3) as [string, string, string];
  return is(await mediaGet(kind, id, Number(size)), 200).data.arrayBuffer();
};

// A custom emoji, which is a reaction too.
const emojiName = name.replaceAll('-', '_');
const emoji = is(await emojiCreate(community.id, { name: emojiName, file: picture('dots.png') }), 201).data;
must(emoji.name === emojiName && isJpeg(await bytesOf(emoji.url)), 'it has a picture', emoji);
const isListed = async () =>
  is(await emojiList(community.id, { limit: 200 }), 200).data.items.some((one) => one.id === emoji.id);
must(await isListed(), 'it is listed');
is(await reactionsAdd(posted.id, `:${emojiName}:`), 204);
must((await reactions()).includes(`:${emojiName}: 1 true`), 'it is a reaction', await reactions());
is(await emojiDelete(emoji.id), 204);
must(!(await isListed()), 'it is gone');

// One's own picture.
const me = is(await meSetAvatar({ file: picture('me.png') }), 200).data;
must(me.id === user.id && me.avatar_url !== null, 'one has a picture', me);
must(isJpeg(await bytesOf(me.avatar_url)), 'it is served', me);
is(await meRemoveAvatar(), 204);
must(is(await meGet(), 200).data.avatar_url === null, 'one has no picture');

// What is deleted keeps its place.
refused(403, 'forbidden', await byFriend(() => messagesDelete(after.id)));
is(await messagesDelete(after.id), 204);
const gone = await read(after.id);
must(gone.deleted && gone.body_md === '', 'its text is gone', gone);
refused(410, 'gone', await messagesEdit(after.id, { body_md: 'again' }));

// The two newest ones go at once.
refused(403, 'forbidden', await byFriend(() => messagesPurge(channel.id, { count: 2 })));
is(await messagesPurge(channel.id, { count: 2 }), 204);
const left = (await page({})).items.filter((one) => !one.deleted);
must(ids(left) === ids([before, posted, reply, asked]), 'the others are left', left);
