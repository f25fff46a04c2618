"""Walks through a conversation with the client that openapi-python-client makes.

Somebody and a friend edit, reply, react, pin, vote, delete and purge, which the stream tells of, and meet refusals; drafts, saved and
scheduled messages come and go; a picture is sent in a form and to the object store, and becomes an emoji and somebody's own picture."""
import json
from datetime import datetime, timedelta, timezone
from io import BytesIO

from ajet_chat_client.api.channels import channels_join
from ajet_chat_client.api.invites import invites_accept, invites_create
from ajet_chat_client.api.me import me_get, me_sync
from ajet_chat_client.api.messages import (
    attachments_add, attachments_delete, attachments_describe, attachments_get, drafts_get, drafts_remove, drafts_set, messages_delete,
    messages_edit, messages_get, messages_list, messages_post, messages_purge, pins_lift, pins_list, pins_set, polls_vote, reactions_add,
    reactions_list, reactions_remove, saved_list, saved_remove, saved_set, scheduled_cancel, scheduled_create, scheduled_list,
    scheduled_update, threads_replies, uploads_begin, uploads_complete,
)
from ajet_chat_client.api.pictures import emoji_create, emoji_delete, emoji_list, me_remove_avatar, me_set_avatar, media_get
from ajet_chat_client.models import (
    AttachmentForm, BeginUpload, CastVotes, CreateInvite, DescribeAttachment, EditMessage, EmojiForm, KeepDraft, MessageEditedEvent,
    PictureForm, PostMessage, PostPoll, PurgeMessages, ReactionAddedEvent, SaveMessage, ScheduleMessage, UpdateScheduled,
)
from ajet_chat_client.types import File

from begin_openapi_python_client import base, channel, client, client_of, community, done, name, refused, sign_in, signed_in
from picture import JPEG, PNG, fetched, put
from stream import data_of, opened
from wait import until

THUMB = "👍"

now = datetime.now(timezone.utc)
later = (now + timedelta(hours=1)).replace(microsecond=0)

# A friend joins by an invite.
friend = sign_in(name)
of_friend = client_of(friend.token)
invite = done(invites_create.sync(community.id, client=client, body=CreateInvite(max_uses=1)))
assert done(invites_accept.sync(invite.code, client=of_friend)).id == community.id
assert done(channels_join.sync(channel.id, client=of_friend)).id == channel.id
stream = opened(base, signed_in.token)


def post(by=client, **said):
    """What is answered to somebody who posts this in the channel."""
    return messages_post.sync(channel.id, client=by, body=PostMessage(**said))


def edit(message, body_md, by=client):
    """What is answered to somebody who gives a message another text."""
    return messages_edit.sync(message.id, client=by, body=EditMessage(body_md=body_md))


def read(message):
    """A message as it is now."""
    return done(messages_get.sync(message.id, client=client))


def ids(page):
    """What a page lists."""
    return [one.id for one in done(page).items]


# An author edits.
before, posted, after = [done(post(body_md=text)) for text in ("before", "posted", "after")]
edited = done(edit(posted, "**edited**"))
assert (edited.id, edited.body_md, edited.seq) == (posted.id, "**edited**", posted.seq) and edited.edited_at, edited
assert "<strong>edited</strong>" in edited.body_html, edited
told = MessageEditedEvent.from_dict(json.loads(data_of(stream, "message.edited"))).payload.message
assert (told.id, told.body_md, told.edited_at) == (posted.id, "**edited**", edited.edited_at), told
refused(403, "forbidden", edit(posted, "theirs", by=of_friend))
problem = refused(422, "invalid", edit(posted, " "))
assert problem.errors[0].field == "body_md", problem

# A thread, and a page around a message.
reply = done(post(by=of_friend, body_md="a reply", parent_id=posted.id))
assert reply.parent_id == posted.id, reply
assert ids(threads_replies.sync(posted.id, client=client)) == [reply.id]
first = read(posted)
assert (first.reply_count, first.thread.following, first.thread.repliers[0].id) == (1, True, friend.user.id), first
problem = refused(422, "invalid", post(body_md="deeper", parent_id=reply.id))
assert problem.errors[0].field == "parent_id", problem
page = done(messages_list.sync(channel.id, client=client, around=posted.id, limit=3))
assert ids(page) == [before.id, posted.id, after.id] and page.has_more, page
page = done(messages_list.sync(channel.id, client=client, top_level=True))
assert ids(page) == [before.id, posted.id, after.id] and not page.has_more, page


def reactions():
    """What stands under the message."""
    return [(one.emoji, one.count, one.reacted_by_me) for one in read(posted).reactions]


# Reactions.
done(reactions_add.sync(posted.id, THUMB, client=of_friend))
told = ReactionAddedEvent.from_dict(json.loads(data_of(stream, "reaction.added"))).payload
assert (told.message_id, told.user_id, told.emoji) == (posted.id, friend.user.id, THUMB), told
done(reactions_add.sync(posted.id, THUMB, client=client))
assert reactions() == [(THUMB, 2, True)], reactions()
assert set(ids(reactions_list.sync(posted.id, THUMB, client=client))) == {signed_in.user.id, friend.user.id}
done(reactions_remove.sync(posted.id, THUMB, client=client))
assert reactions() == [(THUMB, 1, False)], reactions()
problem = refused(422, "invalid", reactions_add.sync(posted.id, "no emoji", client=client))
assert problem.errors[0].field == "emoji", problem

# Pins.
done(pins_set.sync(posted.id, client=client))
[pinned] = done(pins_list.sync(channel.id, client=client)).items
assert pinned.id == posted.id and pinned.pinned, pinned
refused(403, "forbidden", pins_lift.sync(posted.id, client=of_friend))
done(pins_lift.sync(posted.id, client=client))
assert ids(pins_list.sync(channel.id, client=client)) == []


def votes(poll):
    """What a poll shows of each option."""
    return [(one.text, one.votes, one.voted_by_me) for one in poll.options]


# A poll, and one that closes.
asked = done(post(poll=PostPoll(question="Which?", options=["red", "green"])))
assert votes(asked.poll) == [("red", 0, False), ("green", 0, False)] and not asked.poll.closed, asked
voted = done(polls_vote.sync(asked.id, client=of_friend, body=CastVotes(options=[1])))
assert votes(voted.poll) == [("red", 0, False), ("green", 1, True)], voted
results = read(asked).poll
assert (results.question, votes(results)) == ("Which?", [("red", 0, False), ("green", 1, False)]), results
problem = refused(422, "invalid", polls_vote.sync(asked.id, client=client, body=CastVotes(options=[0, 1])))
assert problem.errors[0].field == "options", problem
ends_at = datetime.now(timezone.utc) + timedelta(seconds=5)
closing = done(post(body_md="hurry", poll=PostPoll(question="Now?", options=["yes", "no"], closes_at=ends_at)))
until("the end of the poll", lambda: read(closing).poll.closed)
refused(409, "conflict", polls_vote.sync(closing.id, client=client, body=CastVotes(options=[0])))

# A draft.
kept = done(drafts_set.sync(channel.id, client=client, body=KeepDraft(body_md="half a sent")))
assert (kept.channel_id, kept.body_md, kept.parent_id) == (channel.id, "half a sent", None), kept
assert drafts_get.sync(channel.id, client=client) == kept
assert [one for one in done(me_sync.sync(client=client)).drafts if one.channel_id == channel.id] == [kept]
done(drafts_remove.sync(channel.id, client=client))
refused(404, "not_found", drafts_get.sync(channel.id, client=client))


def saved():
    """What was noted about the message, if it is saved."""
    items = done(saved_list.sync(client=client, limit=200)).items
    return [(one.note, one.remind_at) for one in items if one.message.id == posted.id]


# A saved message.
kept = done(saved_set.sync(posted.id, client=client, body=SaveMessage(note="read again", remind_at=later)))
assert (kept.message.id, kept.note, kept.remind_at) == (posted.id, "read again", later), kept
assert saved() == [("read again", later)], saved()
done(saved_remove.sync(posted.id, client=client))
assert saved() == [], saved()

# A scheduled message.
waiting = done(scheduled_create.sync(channel.id, client=client, body=ScheduleMessage(body_md="later", send_at=later)))
assert (waiting.body_md, waiting.send_at, waiting.state, waiting.message_id) == ("later", later, "pending", None), waiting
changed = done(scheduled_update.sync(waiting.id, client=client, body=UpdateScheduled(body_md="much later")))
assert (changed.id, changed.body_md, changed.send_at) == (waiting.id, "much later", later), changed
assert done(scheduled_list.sync(channel.id, client=client)).items == [changed]
past = ScheduleMessage(body_md="too late", send_at=now - timedelta(hours=1))
problem = refused(422, "invalid", scheduled_create.sync(channel.id, client=client, body=past))
assert problem.errors[0].field == "send_at", problem
done(scheduled_cancel.sync(waiting.id, client=client))
assert ids(scheduled_list.sync(channel.id, client=client)) == []


def file(filename, payload=PNG):
    """A file of a form."""
    return File(payload=BytesIO(payload), file_name=filename, mime_type="image/png")


# A file that comes in a form.
form = AttachmentForm(file=file("tiny.png"), alt="six dots")
added = done(attachments_add.sync(channel.id, client=client, body=form))
assert (added.filename, added.content_type, added.alt) == ("tiny.png", "image/png", "six dots"), added
assert (added.size_bytes, added.width, added.height, added.thumbnail_url) == (len(PNG), 3, 2, None), added
described = done(attachments_describe.sync(added.id, client=client, body=DescribeAttachment(alt="six green dots")))
assert (described.id, described.alt) == (added.id, "six green dots"), described
form = AttachmentForm(file=file("tiny.png", b"no picture"))
problem = refused(422, "invalid", attachments_add.sync(channel.id, client=client, body=form))
assert problem.errors[0].field == "file", problem

# A file that goes to the object store, and both in a message.
new = BeginUpload(filename="direct.png", content_type="image/png", size_bytes=len(PNG))
begun = done(uploads_begin.sync(channel.id, client=client, body=new))
direct = begun.attachment
assert (direct.filename, direct.status) == ("direct.png", "pending"), direct
put(begun.upload_url, begun.headers.to_dict())
shown = done(post(attachment_ids=[added.id, direct.id]))
assert [one.id for one in shown.attachments] == [added.id, direct.id], shown
refused(409, "pending", attachments_get.sync(direct.id, client=client))
done(uploads_complete.sync(direct.id, client=client))
until("the end of the checks", lambda: [one.status for one in read(shown).attachments] == ["clean", "clean"])
for one in (added, direct):
    led = attachments_get.sync_detailed(one.id, client=of_friend)
    assert led.status_code == 302 and fetched(led.headers["location"]) == PNG, led
done(attachments_delete.sync(added.id, client=client))
assert [one.id for one in read(shown).attachments] == [direct.id]


def bytes_of(url):
    """The bytes of a picture that is served at this address."""
    kind, picture_id, size = url.split("/")[-3:]
    return done(media_get.sync(kind, picture_id, int(size), client=client)).payload.read()


# A custom emoji, which is a reaction too.
form = EmojiForm(name=name.replace("-", "_"), file=file("dots.png"))
emoji = done(emoji_create.sync(community.id, client=client, body=form))
assert emoji.name == name.replace("-", "_") and bytes_of(emoji.url).startswith(JPEG), emoji
assert emoji in done(emoji_list.sync(community.id, client=client, limit=200)).items
done(reactions_add.sync(posted.id, f":{emoji.name}:", client=client))
assert (f":{emoji.name}:", 1, True) in reactions(), reactions()
done(emoji_delete.sync(emoji.id, client=client))
assert emoji.id not in ids(emoji_list.sync(community.id, client=client, limit=200))

# One's own picture.
me = done(me_set_avatar.sync(client=client, body=PictureForm(file=file("me.png"))))
assert me.id == signed_in.user.id and bytes_of(me.avatar_url).startswith(JPEG), me
done(me_remove_avatar.sync(client=client))
assert done(me_get.sync(client=client)).avatar_url is None

# What is deleted keeps its place.
refused(403, "forbidden", messages_delete.sync(after.id, client=of_friend))
done(messages_delete.sync(after.id, client=client))
gone = read(after)
assert (gone.id, gone.deleted, gone.body_md) == (after.id, True, ""), gone
refused(410, "gone", edit(after, "again"))

# The two newest ones go at once.
two = PurgeMessages(count=2)
refused(403, "forbidden", messages_purge.sync(channel.id, client=of_friend, body=two))
done(messages_purge.sync(channel.id, client=client, body=two))
left = [one.id for one in done(messages_list.sync(channel.id, client=client)).items if not one.deleted]
assert left == [before.id, posted.id, reply.id, asked.id], left
