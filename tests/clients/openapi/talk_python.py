"""Walks through a conversation with the client that openapi-generator's python makes.

Somebody and a friend edit, reply, react, pin, vote, delete and purge, which the stream tells of, and meet refusals; drafts, saved and
scheduled messages come and go; a picture is sent in a form and to the object store, and becomes an emoji and somebody's own picture."""
from datetime import datetime, timedelta, timezone

from openapi_client import (
    BeginUpload, CastVotes, ChannelsApi, CreateInvite, DescribeAttachment, EditMessage, InvitesApi, KeepDraft, MeApi, MessageEditedEvent,
    MessagesApi, PicturesApi, PostMessage, PostPoll, PurgeMessages, ReactionAddedEvent, SaveMessage, ScheduleMessage, UpdateScheduled,
)

from begin_python import base, channel, client, client_of, community, messages, name, refused, sign_in, signed_in
from picture import JPEG, PNG, put
from stream import data_of, opened
from wait import until

THUMB = "👍"

now = datetime.now(timezone.utc)
later = (now + timedelta(hours=1)).replace(microsecond=0)

# A friend joins by an invite.
friend = sign_in(name)
friend_client = client_of(friend.token)
invite = InvitesApi(client).invites_create(community.id, create_invite=CreateInvite(max_uses=1))
assert InvitesApi(friend_client).invites_accept(invite.code).id == community.id
assert ChannelsApi(friend_client).channels_join(channel.id).id == channel.id
of_friend = MessagesApi(friend_client)
stream = opened(base, signed_in.token)


def post(**said):
    """A message of one's own in the channel."""
    return messages.messages_post(channel.id, PostMessage(**said))


# An author edits.
before, posted, after = [post(body_md=text) for text in ("before", "posted", "after")]
edited = messages.messages_edit(posted.id, EditMessage(body_md="**edited**"))
assert (edited.id, edited.body_md, edited.seq) == (posted.id, "**edited**", posted.seq) and edited.edited_at, edited
assert "<strong>edited</strong>" in edited.body_html, edited
told = MessageEditedEvent.from_json(data_of(stream, "message.edited")).payload.message
assert (told.id, told.body_md, told.edited_at) == (posted.id, "**edited**", edited.edited_at), told
refused(403, "forbidden", of_friend.messages_edit, posted.id, EditMessage(body_md="theirs"))
problem = refused(422, "invalid", messages.messages_edit, posted.id, EditMessage(body_md=" "))
assert problem["errors"][0]["field"] == "body_md", problem

# A thread, and a page around a message.
reply = of_friend.messages_post(channel.id, PostMessage(body_md="a reply", parent_id=posted.id))
assert reply.parent_id == posted.id, reply
replies = messages.threads_replies(posted.id)
assert [one.id for one in replies.items] == [reply.id] and not replies.has_more, replies
first = messages.messages_get(posted.id)
assert (first.reply_count, first.thread.following, first.thread.repliers[0].id) == (1, True, friend.user.id), first
problem = refused(422, "invalid", messages.messages_post, channel.id, PostMessage(body_md="deeper", parent_id=reply.id))
assert problem["errors"][0]["field"] == "parent_id", problem
page = messages.messages_list(channel.id, around=posted.id, limit=3)
assert [one.id for one in page.items] == [before.id, posted.id, after.id] and page.has_more, page
top = messages.messages_list(channel.id, top_level=True)
assert [one.id for one in top.items] == [before.id, posted.id, after.id] and not top.has_more, top


def reactions():
    """What stands under the message."""
    return [(one.emoji, one.count, one.reacted_by_me) for one in messages.messages_get(posted.id).reactions]


# Reactions.
of_friend.reactions_add(posted.id, THUMB)
told = ReactionAddedEvent.from_json(data_of(stream, "reaction.added")).payload
assert (told.message_id, told.user_id, told.emoji) == (posted.id, friend.user.id, THUMB), told
messages.reactions_add(posted.id, THUMB)
assert reactions() == [(THUMB, 2, True)], reactions()
assert {one.id for one in messages.reactions_list(posted.id, THUMB).items} == {signed_in.user.id, friend.user.id}
messages.reactions_remove(posted.id, THUMB)
assert reactions() == [(THUMB, 1, False)], reactions()
problem = refused(422, "invalid", messages.reactions_add, posted.id, "no emoji")
assert problem["errors"][0]["field"] == "emoji", problem

# Pins.
messages.pins_set(posted.id)
[pinned] = messages.pins_list(channel.id).items
assert pinned.id == posted.id and pinned.pinned, pinned
refused(403, "forbidden", of_friend.pins_lift, posted.id)
messages.pins_lift(posted.id)
assert messages.pins_list(channel.id).items == []


def votes(poll):
    """What a poll shows of each option."""
    return [(one.text, one.votes, one.voted_by_me) for one in poll.options]


# A poll, and one that closes.
asked = post(poll=PostPoll(question="Which?", options=["red", "green"]))
assert votes(asked.poll) == [("red", 0, False), ("green", 0, False)] and not asked.poll.closed, asked
voted = of_friend.polls_vote(asked.id, CastVotes(options=[1]))
assert votes(voted.poll) == [("red", 0, False), ("green", 1, True)], voted
results = messages.messages_get(asked.id).poll
assert (results.question, votes(results)) == ("Which?", [("red", 0, False), ("green", 1, False)]), results
problem = refused(422, "invalid", messages.polls_vote, asked.id, CastVotes(options=[0, 1]))
assert problem["errors"][0]["field"] == "options", problem
ends_at = datetime.now(timezone.utc) + timedelta(seconds=5)
closing = post(body_md="hurry", poll=PostPoll(question="Now?", options=["yes", "no"], closes_at=ends_at))
until("the end of the poll", lambda: messages.messages_get(closing.id).poll.closed)
refused(409, "conflict", messages.polls_vote, closing.id, CastVotes(options=[0]))

# A draft.
kept = messages.drafts_set(channel.id, KeepDraft(body_md="half a sent"))
assert (kept.channel_id, kept.body_md, kept.parent_id) == (channel.id, "half a sent", None), kept
assert messages.drafts_get(channel.id) == kept
assert [one for one in MeApi(client).me_sync().drafts if one.channel_id == channel.id] == [kept]
messages.drafts_remove(channel.id)
refused(404, "not_found", messages.drafts_get, channel.id)


def saved():
    """What was noted about the message, if it is saved."""
    return [(one.note, one.remind_at) for one in messages.saved_list(limit=200).items if one.message.id == posted.id]


# A saved message.
kept = messages.saved_set(posted.id, save_message=SaveMessage(note="read again", remind_at=later))
assert (kept.message.id, kept.note, kept.remind_at) == (posted.id, "read again", later), kept
assert saved() == [("read again", later)], saved()
messages.saved_remove(posted.id)
assert saved() == [], saved()

# A scheduled message.
waiting = messages.scheduled_create(channel.id, ScheduleMessage(body_md="later", send_at=later))
assert (waiting.body_md, waiting.send_at, waiting.state, waiting.message_id) == ("later", later, "pending", None), waiting
changed = messages.scheduled_update(waiting.id, update_scheduled=UpdateScheduled(body_md="much later"))
assert (changed.id, changed.body_md, changed.send_at) == (waiting.id, "much later", later), changed
assert messages.scheduled_list(channel.id).items == [changed]
past = ScheduleMessage(body_md="too late", send_at=now - timedelta(hours=1))
problem = refused(422, "invalid", messages.scheduled_create, channel.id, past)
assert problem["errors"][0]["field"] == "send_at", problem
messages.scheduled_cancel(waiting.id)
assert messages.scheduled_list(channel.id).items == []

# A file that comes in a form.
added = messages.attachments_add(channel.id, ("tiny.png", PNG), alt="six dots")
assert (added.filename, added.content_type, added.alt) == ("tiny.png", "image/png", "six dots"), added
assert (added.size_bytes, added.width, added.height, added.thumbnail_url) == (len(PNG), 3, 2, None), added
described = messages.attachments_describe(added.id, describe_attachment=DescribeAttachment(alt="six green dots"))
assert (described.id, described.alt) == (added.id, "six green dots"), described
problem = refused(422, "invalid", messages.attachments_add, channel.id, ("tiny.png", b"no picture"))
assert problem["errors"][0]["field"] == "file", problem

# A file that goes to the object store, and both in a message.
begun = messages.uploads_begin(channel.id, BeginUpload(filename="direct.png", content_type="image/png", size_bytes=len(PNG)))
direct = begun.attachment
assert (direct.filename, direct.status) == ("direct.png", "pending"), direct
put(begun.upload_url, begun.headers)
shown = post(attachment_ids=[added.id, direct.id])
assert [one.id for one in shown.attachments] == [added.id, direct.id], shown
refused(409, "pending", messages.attachments_get, direct.id)
messages.uploads_complete(direct.id)


def states():
    """How far the check of each file has come."""
    return [one.status for one in messages.messages_get(shown.id).attachments]


until("the end of the checks", lambda: states() == ["clean", "clean"])
# The client follows the redirection to where the bytes are.
assert [of_friend.attachments_get_with_http_info(one.id).raw_data for one in (added, direct)] == [PNG, PNG]
messages.attachments_delete(added.id)
assert [one.id for one in messages.messages_get(shown.id).attachments] == [direct.id]

# A custom emoji, which is a reaction too.
pictures = PicturesApi(client)


def bytes_of(url):
    """The bytes of a picture that is served at this address."""
    kind, picture_id, size = url.split("/")[-3:]
    return pictures.media_get(kind, picture_id, int(size))


emoji = pictures.emoji_create(community.id, ("dots.png", PNG), name.replace("-", "_"))
assert emoji.name == name.replace("-", "_") and bytes_of(emoji.url).startswith(JPEG), emoji
assert emoji in pictures.emoji_list(community.id, limit=200).items
messages.reactions_add(posted.id, f":{emoji.name}:")
assert (f":{emoji.name}:", 1, True) in reactions(), reactions()
pictures.emoji_delete(emoji.id)
assert emoji.id not in [one.id for one in pictures.emoji_list(community.id, limit=200).items]

# One's own picture.
me = pictures.me_set_avatar(("me.png", PNG))
assert me.id == signed_in.user.id and bytes_of(me.avatar_url).startswith(JPEG), me
pictures.me_remove_avatar()
assert MeApi(client).me_get().avatar_url is None

# What is deleted keeps its place.
refused(403, "forbidden", of_friend.messages_delete, after.id)
messages.messages_delete(after.id)
gone = messages.messages_get(after.id)
assert (gone.id, gone.deleted, gone.body_md) == (after.id, True, ""), gone
refused(410, "gone", messages.messages_edit, after.id, EditMessage(body_md="again"))

# The two newest ones go at once.
refused(403, "forbidden", of_friend.messages_purge, channel.id, PurgeMessages(count=2))
messages.messages_purge(channel.id, PurgeMessages(count=2))
left = [one.id for one in messages.messages_list(channel.id).items if not one.deleted]
assert left == [before.id, posted.id, reply.id, asked.id], left
