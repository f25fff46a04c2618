// Walks through a conversation with openapi-fetch over the types that openapi-typescript makes. Somebody and a friend edit, reply, react,
// pin, vote, delete and purge, which the stream tells of, and meet refusals; drafts, saved and scheduled messages come and go; a picture is
// sent in a form and to the object store, and becomes an emoji and somebody's own picture.
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
  signIn,
  token,
  user,
} from './begin-openapi-fetch.js';
import { bytes, fetched, isJpeg, isPicture, picture, put } from './picture.js';
import { Frames } from './stream.js';
import { must, until } from './wait.js';

const HOUR_MS = 3_600_000;
const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

// A friend joins by an invite.
const friend = await signIn(name);
const { code } = or(await client.POST('/api/communities/{id}/invites', { ...inCommunity, body: { max_uses: 1 } }));
const accepted = or(await friend.client.POST('/api/invites/{code}/accept', { params: { path: { code } } }));
must(accepted.id === community.id, 'they join the community', accepted);
must(or(await friend.client.POST('/api/channels/{id}/join', inChannel)).id === channel.id, 'they join the channel');
const frames = await Frames.open(baseUrl, token);

const post = (body: Schemas['PostMessage'], by = client) =>
  by.POST('/api/channels/{id}/messages', { ...inChannel, body });
const edit = (message: { id: string }, body_md: string, by = client) =>
  by.PUT('/api/messages/{id}', { ...of(message), body: { body_md } });
const read = async (message: { id: string }): Promise<Schemas['Message']> =>
  or(await client.GET('/api/messages/{id}', of(message)));
const ids = (items: { id: string }[]) => items.map((one) => one.id).join();

// An author edits.
const before = or(await post({ body_md: 'before' }));
const posted = or(await post({ body_md: 'posted' }));
const after = or(await post({ body_md: 'after' }));
const edited = or(await edit(posted, '**edited**'));
must(edited.id === posted.id && edited.body_md === '**edited**', 'it has another text', edited);
must(edited.edited_at !== null && edited.body_html.includes('<strong>edited</strong>'), 'it was edited', edited);
const editing = JSON.parse(await frames.dataOf('message.edited')) as Schemas['MessageEditedEvent'];
const { message: told } = editing.payload;
must(told.id === posted.id && told.body_md === '**edited**', 'the stream tells of the edit', told);
must(told.edited_at === edited.edited_at, 'the stream tells when', told);
refused(403, 'forbidden', await edit(posted, 'theirs', friend.client));
const blank = refused(422, 'invalid', await edit(posted, ' '));
must(blank.errors[0]?.field === 'body_md', 'the refusal names the text', blank);

// A thread, and a page around a message.
const reply = or(await post({ body_md: 'a reply', parent_id: posted.id }, friend.client));
must(reply.parent_id === posted.id, 'it is a reply', reply);
const replies = or(await client.GET('/api/messages/{id}/replies', of(posted)));
must(ids(replies.items) === reply.id && !replies.has_more, 'it is the only reply', replies);
const first = await read(posted);
must(first.reply_count === 1 && first.thread?.following === true, 'it is followed', first);
must(first.thread.repliers[0]?.id === friend.user.id, 'the friend has replied', first);
const nested = refused(422, 'invalid', await post({ body_md: 'deeper', parent_id: reply.id }));
must(nested.errors[0]?.field === 'parent_id', 'the refusal names the parent', nested);
const page = async (query: { around?: string; limit?: number; top_level?: boolean }) =>
  or(await client.GET('/api/channels/{id}/messages', { params: { path: { id: channel.id }, query } }));
const around = await page({ around: posted.id, limit: 3 });
must(ids(around.items) === ids([before, posted, after]) && around.has_more, 'those beside it', around);
const top = await page({ top_level: true });
must(ids(top.items) === ids([before, posted, after]) && !top.has_more, 'all without the reply', top);

// Reactions.
const at = (emoji: string) => ({ params: { path: { id: posted.id, emoji } } });
const thumb = at('👍');
const reactions = async () =>
  (await read(posted)).reactions.map((one) => `${one.emoji} ${one.count} ${one.reacted_by_me}`);
done(await friend.client.PUT('/api/messages/{id}/reactions/{emoji}', thumb));
const reacting = JSON.parse(await frames.dataOf('reaction.added')) as Schemas['ReactionAddedEvent'];
await frames.close();
const { payload: reaction } = reacting;
must(reaction.message_id === posted.id && reaction.emoji === '👍', 'the stream tells of the emoji', reaction);
must(reaction.user_id === friend.user.id, 'the stream tells whose it is', reaction);
done(await client.PUT('/api/messages/{id}/reactions/{emoji}', thumb));
must((await reactions()).join() === '👍 2 true', 'both have reacted');
const who = or(await client.GET('/api/messages/{id}/reactions/{emoji}', thumb)).items.map((one) => one.id);
must(who.sort().join() === [user.id, friend.user.id].sort().join(), 'both are listed', who);
done(await client.DELETE('/api/messages/{id}/reactions/{emoji}', thumb));
must((await reactions()).join() === '👍 1 false', 'the friend has reacted');
const noEmoji = refused(422, 'invalid', await client.PUT('/api/messages/{id}/reactions/{emoji}', at('no emoji')));
must(noEmoji.errors[0]?.field === 'emoji', 'the refusal names the emoji', noEmoji);

// Pins.
const pins = async () => or(await client.GET('/api/channels/{id}/pins', inChannel)).items;
done(await client.PUT('/api/messages/{id}/pin', of(posted)));
const pinned = await pins();
must(ids(pinned) === posted.id && pinned[0]?.pinned === true, 'it is pinned', pinned);
refused(403, 'forbidden', await friend.client.DELETE('/api/messages/{id}/pin', of(posted)));
done(await client.DELETE('/api/messages/{id}/pin', of(posted)));
must((await pins()).length === 0, 'it is not pinned');

// A poll, and one that closes.
const votes = ({ poll }: Schemas['Message']) =>
  poll?.options.map((one) => `${one.text} ${one.votes} ${one.voted_by_me}`).join();
const vote = (message: { id: string }, options: number[], by = client) =>
  by.PUT('/api/messages/{id}/votes', { ...of(message), body: { options } });
const asked = or(await post({ poll: { question: 'Which?', options: ['red', 'green'] } }));
must(votes(asked) === 'red 0 false,green 0 false' && asked.poll?.closed === false, 'it is open', asked);
const voted = or(await vote(asked, [1], friend.client));
must(votes(voted) === 'red 0 false,green 1 true', 'the friend has voted', voted);
const results = await read(asked);
must(votes(results) === 'red 0 false,green 1 false', 'one has voted', results);
must(results.poll?.question === 'Which?', 'it is the same poll', results);
const several = refused(422, 'invalid', await vote(asked, [0, 1]));
must(several.errors[0]?.field === 'options', 'the refusal names the options', several);
const ending = { question: 'Now?', options: ['yes', 'no'], closes_at: fromNow(5_000) };
const closing = or(await post({ body_md: 'hurry', poll: ending }));
await until('the end of the poll', async () => (await read(closing)).poll?.closed || undefined);
refused(409, 'conflict', await vote(closing, [0]));

// A draft.
const half = 'half a sent';
const draft = or(await client.PUT('/api/channels/{id}/draft', { ...inChannel, body: { body_md: half } }));
must(draft.channel_id === channel.id && draft.body_md === half && draft.parent_id === null, 'it is kept', draft);
must(or(await client.GET('/api/channels/{id}/draft', inChannel)).body_md === half, 'it is read');
const { drafts } = or(await client.GET('/api/sync'));
must(drafts.find((one) => one.channel_id === channel.id)?.body_md === half, 'it is among all drafts', drafts);
done(await client.DELETE('/api/channels/{id}/draft', inChannel));
refused(404, 'not_found', await client.GET('/api/channels/{id}/draft', inChannel));

// A saved message.
const later = fromNow(HOUR_MS);
const savedOne = async () => {
  const all = or(await client.GET('/api/saved', { params: { query: { limit: 200 } } }));
  return all.items.find((one) => one.message.id === posted.id);
};
const note = { note: 'read again', remind_at: later };
const saved = or(await client.PUT('/api/messages/{id}/saved', { ...of(posted), body: note }));
must(saved.message.id === posted.id && saved.note === note.note && saved.remind_at === later, 'it is saved', saved);
const listed = await savedOne();
must(listed?.note === note.note && listed.remind_at === later, 'it is listed', listed);
done(await client.DELETE('/api/messages/{id}/saved', of(posted)));
must((await savedOne()) === undefined, 'it is not saved');

// A scheduled message.
const schedule = (body_md: string, send_at: string) =>
  client.POST('/api/channels/{id}/scheduled', { ...inChannel, body: { body_md, send_at } });
const scheduled = async () => or(await client.GET('/api/channels/{id}/scheduled', inChannel)).items;
const waiting = or(await schedule('later', later));
must(waiting.body_md === 'later' && waiting.send_at === later, 'it is scheduled', waiting);
must(waiting.state === 'pending' && waiting.message_id === null, 'it waits', waiting);
const body = { body_md: 'much later' };
const changed = or(await client.PATCH('/api/scheduled/{id}', { ...of(waiting), body }));
must(changed.body_md === 'much later' && changed.send_at === later, 'it has another text', changed);
const kept = await scheduled();
must(ids(kept) === waiting.id && kept[0]?.body_md === 'much later', 'it is listed', kept);
const past = refused(422, 'invalid', await schedule('too late', fromNow(-HOUR_MS)));
must(past.errors[0]?.field === 'send_at', 'the refusal names the time', past);
done(await client.DELETE('/api/scheduled/{id}', of(waiting)));
must((await scheduled()).length === 0, 'it is not scheduled');

// What sends a body as a form, and a file for it: the types take one for a text.
const form = (fields: unknown): FormData => {
  const made = new FormData();
  for (const [field, value] of Object.entries(fields as Record<string, string | File>)) made.append(field, value);
  return made;
};
const asText = (file: File) => file as unknown as string;

// A file that comes in a form.
const add = (file: File, alt: string) =>
  client.POST('/api/channels/{id}/attachments', {
    ...inChannel,
    body: { file: asText(file), alt },
    bodySerializer: form,
  });
const added = or(await add(picture('tiny.png'), 'six dots'));
must(added.filename === 'tiny.png' && added.content_type === 'image/png', 'it is a picture', added);
must(added.size_bytes === bytes.length && added.width === 3 && added.height === 2, 'of that size', added);
must(added.alt === 'six dots' && added.thumbnail_url === null, 'with a description', added);
const alt = 'six green dots';
const described = or(await client.PATCH('/api/attachments/{id}', { ...of(added), body: { alt } }));
must(described.id === added.id && described.alt === alt, 'it has another description', described);
const noPicture = refused(422, 'invalid', await add(new File(['no picture'], 'tiny.png'), 'none'));
must(noPicture.errors[0]?.field === 'file', 'the refusal names the file', noPicture);

// A file that goes to the object store, and both in a message.
const upload = { filename: 'direct.png', content_type: 'image/png', size_bytes: bytes.length };
const begun = or(await client.POST('/api/channels/{id}/uploads', { ...inChannel, body: upload }));
const { attachment: direct } = begun;
must(direct.filename === 'direct.png' && direct.status === 'pending', 'it is expected', direct);
await put(begun.upload_url, begun.headers);
const shown = or(await post({ attachment_ids: [added.id, direct.id] }));
must(ids(shown.attachments) === ids([added, direct]), 'it shows both', shown);
const leadTo = (file: { id: string }, by = client) =>
  by.GET('/api/attachments/{id}', { ...of(file), redirect: 'manual' });
refused(409, 'pending', await leadTo(direct));
done(await client.POST('/api/uploads/{id}/complete', of(direct)));
const areClean = async () => (await read(shown)).attachments.every((one) => one.status === 'clean') || undefined;
await until('the end of the checks', areClean);
for (const file of [added, direct]) {
  const { response } = await leadTo(file, friend.client);
  const address = response.headers.get('location');
  must(response.status === 302 && address !== null, `${response.status} of a file`);
  must(isPicture(await fetched(address)), 'it is another file', address);
}
done(await client.DELETE('/api/attachments/{id}', of(added)));
must(ids((await read(shown)).attachments) === direct.id, 'one file is left');

// The bytes of a picture that is served at this address.
const bytesOf = async (url: string) => {
  const [kind, id, size] = url.split('/').slice(-3) as [string, string, string];
  const path = { kind, id, size: Number(size) };
  return or(await client.GET('/media/{kind}/{id}/{size}', { params: { path }, parseAs: 'arrayBuffer' }));
};

// A custom emoji, which is a reaction too.
const emojiName = name.replaceAll('-', '_');
const newEmoji = { name: emojiName, file: asText(picture('dots.png')) };
const emoji = or(
  await client.POST('/api/communities/{id}/emoji', { ...inCommunity, body: newEmoji, bodySerializer: form }),
);
must(emoji.name === emojiName && isJpeg(await bytesOf(emoji.url)), 'it has a picture', emoji);
const isListed = async () => {
  const params = { path: { id: community.id }, query: { limit: 200 } };
  return or(await client.GET('/api/communities/{id}/emoji', { params })).items.some((one) => one.id === emoji.id);
};
must(await isListed(), 'it is listed');
done(await client.PUT('/api/messages/{id}/reactions/{emoji}', at(`:${emojiName}:`)));
must((await reactions()).includes(`:${emojiName}: 1 true`), 'it is a reaction', await reactions());
done(await client.DELETE('/api/emoji/{id}', of(emoji)));
must(!(await isListed()), 'it is gone');

// One's own picture.
const avatar = { file: asText(picture('me.png')) };
const me = or(await client.PUT('/api/me/avatar', { body: avatar, bodySerializer: form }));
must(me.id === user.id && me.avatar_url !== null, 'one has a picture', me);
must(isJpeg(await bytesOf(me.avatar_url)), 'it is served', me);
done(await client.DELETE('/api/me/avatar'));
must(or(await client.GET('/api/me')).avatar_url === null, 'one has no picture');

// What is deleted keeps its place.
refused(403, 'forbidden', await friend.client.DELETE('/api/messages/{id}', of(after)));
done(await client.DELETE('/api/messages/{id}', of(after)));
const gone = await read(after);
must(gone.deleted && gone.body_md === '', 'its text is gone', gone);
refused(410, 'gone', await edit(after, 'again'));

// The two newest ones go at once.
const purge = (by = client) => by.POST('/api/channels/{id}/messages/purge', { ...inChannel, body: { count: 2 } });
refused(403, 'forbidden', await purge(friend.client));
done(await purge());
const left = (await page({})).items.filter((one) => !one.deleted);
must(ids(left) === ids([before, posted, reply, asked]), 'the others are left', left);
