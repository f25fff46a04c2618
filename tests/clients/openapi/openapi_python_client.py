"""Walks through the API with the client that openapi-python-client makes.

It posts a message and reads it back, from the stream too, asks for what is not there, searches, runs commands, has a bot of its own
answer one, and goes through notifications, unread messages and webhooks of both kinds."""
import json
import uuid

from ajet_chat_client.api.bots import bots_create, bots_delete, bots_list, tokens_create, tokens_list, tokens_revoke
from ajet_chat_client.api.channels import (
    channels_get, channels_join, channels_mark_read, channels_mark_unread, channels_notify, unread_list,
)
from ajet_chat_client.api.commands import (
    commands_create, commands_delete, commands_list, commands_list_of_community, commands_respond, commands_run,
)
from ajet_chat_client.api.communities import communities_get, communities_notify
from ajet_chat_client.api.messages import messages_get, messages_post
from ajet_chat_client.api.notifications import notifications_list, notifications_read
from ajet_chat_client.api.search import search_find
from ajet_chat_client.api.webhooks import (
    deliveries_list, deliveries_replay, outgoing_webhooks_create, outgoing_webhooks_delete, outgoing_webhooks_list,
    outgoing_webhooks_update, webhooks_create, webhooks_delete, webhooks_list, webhooks_list_of_community, webhooks_update,
)
from ajet_chat_client.models import (
    CommandAnsweredEvent, CommandInvokedEvent, CreateBot, CreateBotScopesItem, CreateCommand, CreateOutgoingWebhook,
    CreateOutgoingWebhookEventsItem, CreateToken, CreateTokenScopesItem, CreateWebhook, MarkRead, MarkUnread, Message,
    MessageCreatedEvent, NotificationNewEvent, NotifyChannel, NotifyChannelLevel, NotifyCommunity, NotifyCommunityLevel, PostMessage,
    ReadNotifications, RespondToInvocation, RunCommand, UpdateOutgoingWebhook, UpdateWebhook,
)

from begin_openapi_python_client import base, channel, client, client_of, community, done, name, refused, signed_in
from stream import data_of, opened
from wait import until

SCOPES = ["messages:read", "messages:write", "channels:read", "channels:write", "commands:write"]

stream = opened(base, signed_in.token)
posted = messages_post.sync(channel.id, client=client, body=PostMessage(body_md="posted by **python**"))
read = messages_get.sync(posted.id, client=client)
assert isinstance(read, Message), read
assert read.body_md == "posted by **python**" and read.parent_id is None, read
event = MessageCreatedEvent.from_dict(json.loads(data_of(stream, "message.created")))
assert event.payload.message.id == posted.id, event
refused(404, "not_found", messages_get.sync(uuid.UUID(int=0), client=client))

# Search.
word = name.replace("-", "")
said = done(messages_post.sync(channel.id, client=client, body=PostMessage(body_md=f"is {word} found?")))
page = done(search_find.sync(client=client, q=word, type_="messages", channel_id=channel.id))
[hit] = page.items
assert hit.type_ == "message" and hit.message.id == said.id and not hit.channel and not hit.user, hit
assert "<mark>" in hit.snippet_html and not page.has_more and not page.next_, page
problem = refused(422, "invalid", search_find.sync(client=client, q="has:cow"))
assert problem.errors[0].field == "q", problem


def run(text):
    """The answer to a command that is typed in the channel."""
    return commands_run.sync(client=client, body=RunCommand(channel_id=channel.id, text=text))


# Commands of the server's own.
offered = {one.name: one for one in done(commands_list.sync(client=client, community_id=community.id)).items}
assert offered["me"].bot_id is None and offered["me"].arguments[0].type_ == "text", offered["me"]
waved = done(run("/me waves"))
assert (waved.effect.type_, waved.effect.id) == ("posted", str(waved.message.id)) and not waved.reply_md, waved
helped = done(run("/help"))
assert "/me" in helped.reply_md and not helped.message and not helped.effect, helped
refused(422, "invalid", run("/frobnicate"))

# A bot and its token.
new = CreateBot(name=name, scopes=[CreateBotScopesItem(scope) for scope in SCOPES])
bot = done(bots_create.sync(community.id, client=client, body=new))
assert sorted(bot.scopes) == sorted(SCOPES) and bot.community_id == community.id, bot
assert bot.id in [one.id for one in done(bots_list.sync(community.id, client=client)).items]
new = CreateToken(scopes=[CreateTokenScopesItem(scope) for scope in SCOPES], client_mutation_id=name)
token = done(tokens_create.sync(bot.id, client=client, body=new))
again = done(tokens_create.sync(bot.id, client=client, body=new))
assert token.token and again.id == token.id and not again.token, again
[kept] = done(tokens_list.sync(bot.id, client=client)).items
assert kept.id == token.id and not kept.token and kept.expires_at is None, kept
bot_client = client_of(token.token)
assert done(channels_join.sync(channel.id, client=bot_client)).id == channel.id
written = done(messages_post.sync(channel.id, client=bot_client, body=PostMessage(body_md="written by a bot")))
assert written.author.bot and written.author.id == bot.user_id, written
refused(403, "forbidden", bots_list.sync(community.id, client=bot_client))

# A command that the bot answers.
new = CreateCommand(name=name, description="Deploys.", bot_id=bot.id)
command = done(commands_create.sync(community.id, client=client, body=new))
offered = done(commands_list.sync(client=client, community_id=community.id)).items
[custom] = [one for one in offered if one.name == name]
assert custom.bot_id == bot.id, custom
bot_stream = opened(base, token.token)
used = done(run(f"/{name} prod"))
invoked = CommandInvokedEvent.from_dict(json.loads(data_of(bot_stream, "command.invoked"))).payload
assert (used.effect.type_, used.effect.id) == ("invoked", str(invoked.invocation_id)), used
assert (invoked.text, invoked.user_id) == (f"/{name} prod", signed_in.user.id), invoked
answer = RespondToInvocation(body_md="on its way", private=True)
done(commands_respond.sync(invoked.invocation_id, client=bot_client, body=answer))
answered = CommandAnsweredEvent.from_dict(json.loads(data_of(stream, "command.answered"))).payload
assert (answered.invocation_id, answered.reply_md) == (invoked.invocation_id, "on its way"), answered
late = RespondToInvocation(body_md="once more", private=True)
refused(410, "gone", commands_respond.sync(invoked.invocation_id, client=bot_client, body=late))
done(commands_delete.sync(command.id, client=client))
left = done(commands_list_of_community.sync(community.id, client=client)).items
assert command.id not in [one.id for one in left], left

# What one is told of.
done(channels_notify.sync(channel.id, client=client, body=NotifyChannel(level=NotifyChannelLevel.MENTIONS)))
assert done(channels_get.sync(channel.id, client=client)).notify == "mentions"
level = done(communities_get.sync(community.id, client=client)).notify
for wanted in ["nothing", level]:
    body = NotifyCommunity(level=NotifyCommunityLevel(str(wanted)))
    done(communities_notify.sync(community.id, client=client, body=body))
    assert done(communities_get.sync(community.id, client=client)).notify == wanted
look = PostMessage(body_md=f"look, @<user:{signed_in.user.id}>")
called = done(messages_post.sync(channel.id, client=bot_client, body=look))
told = None
while told is None or told.source_id != called.id:
    told = NotificationNewEvent.from_dict(json.loads(data_of(stream, "notification.new"))).payload.notification
assert (told.type_, told.reason, told.preview) == ("mention", "user", None), told
unread = done(notifications_list.sync(client=client, unread=True)).items
[notification] = [one for one in unread if one.id == told.id]
assert not notification.read and notification.preview.startswith("look, "), notification
left = done(notifications_read.sync(client=client, body=ReadNotifications(ids=[told.id])))
assert left.unread >= 0, left
assert told.id not in [one.id for one in done(notifications_list.sync(client=client, unread=True)).items]
[notification] = [one for one in done(notifications_list.sync(client=client)).items if one.id == told.id]
assert notification.read, notification


def unread_here():
    """The numbers of unread messages and of mentions in the channel; none where it is read to its end."""
    items = done(unread_list.sync(client=client)).items
    return [(one.count, one.mentions) for one in items if one.channel_id == channel.id]


# What is unread: two messages of the bot's.
assert unread_here() == [(2, 1)], unread_here()
done(channels_mark_read.sync(channel.id, client=client, body=MarkRead(message_id=called.id)))
assert unread_here() == [], unread_here()
done(channels_mark_unread.sync(channel.id, client=client, body=MarkUnread(message_id=called.id)))
assert unread_here() == [(1, 1)], unread_here()

# An outgoing webhook, whose address is nowhere.
events = [CreateOutgoingWebhookEventsItem("message.created")]
new = CreateOutgoingWebhook(url="https://ci.example/hook", events=events, channel_ids=[channel.id])
hook = done(outgoing_webhooks_create.sync(community.id, client=client, body=new))
assert hook.secret.startswith("whsec_") and hook.enabled and hook.disabled_reason is None, hook
[kept] = [one for one in done(outgoing_webhooks_list.sync(community.id, client=client)).items if one.id == hook.id]
assert not kept.secret and kept.events == ["message.created"] and kept.channel_ids == [channel.id], kept
done(messages_post.sync(channel.id, client=client, body=PostMessage(body_md="to be delivered")))
delivery = until("a delivery", lambda: done(deliveries_list.sync(hook.id, client=client)).items)[0]
assert delivery.event == "message.created" and delivery.status != "delivered", delivery
stopped = done(outgoing_webhooks_update.sync(hook.id, client=client, body=UpdateOutgoingWebhook(enabled=False)))
assert (stopped.enabled, stopped.disabled_reason, stopped.url) == (False, "stopped", hook.url), stopped
refused(409, "conflict", deliveries_replay.sync(delivery.id, client=client))
done(outgoing_webhooks_delete.sync(hook.id, client=client))
refused(404, "not_found", deliveries_list.sync(hook.id, client=client))

# An incoming webhook.
made = done(webhooks_create.sync(channel.id, client=client, body=CreateWebhook(name="CI")))
assert f"/hook/{made.id}/" in made.url, made.id
[kept] = done(webhooks_list.sync(channel.id, client=client)).items
assert (kept.id, kept.name) == (made.id, "CI") and not kept.url, kept
renamed = done(webhooks_update.sync(made.id, client=client, body=UpdateWebhook(name="CD")))
assert (renamed.name, renamed.channel_id) == ("CD", channel.id), renamed
of_community = done(webhooks_list_of_community.sync(community.id, client=client, limit=200)).items
assert made.id in [one.id for one in of_community]
done(webhooks_delete.sync(made.id, client=client))
assert done(webhooks_list.sync(channel.id, client=client)).items == []

# A token that is revoked is good for nothing.
done(tokens_revoke.sync(token.id, client=client))
refused(401, "unauthenticated", messages_get.sync(posted.id, client=bot_client))
assert done(tokens_list.sync(bot.id, client=client)).items == []
done(bots_delete.sync(bot.id, client=client))
assert bot.id not in [one.id for one in done(bots_list.sync(community.id, client=client)).items]
