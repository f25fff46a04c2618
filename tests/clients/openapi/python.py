"""Walks through the API with the client that openapi-generator's python makes.

It posts a message and reads it back, from the stream too, asks for what is not there, searches, runs commands, has a bot of its own
answer one, and goes through notifications, unread messages and webhooks of both kinds."""
import uuid

from openapi_client import (
    BotsApi, ChannelsApi, CommandAnsweredEvent, CommandInvokedEvent, CommandsApi, CreateBot, CreateCommand, CreateOutgoingWebhook,
    CreateToken, CreateWebhook, MarkRead, MarkUnread, MessageCreatedEvent, MessagesApi, NotificationNewEvent, NotificationsApi,
    NotifyChannel, NotifyCommunity, PostMessage, ReadNotifications, RespondToInvocation, RunCommand, SearchApi, UpdateOutgoingWebhook,
    UpdateWebhook, WebhooksApi,
)

from begin_python import base, channel, channels, client, client_of, communities, community, messages, name, refused, signed_in
from stream import data_of, opened
from wait import until

SCOPES = ["messages:read", "messages:write", "channels:read", "channels:write", "commands:write"]

stream = opened(base, signed_in.token)
posted = messages.messages_post(channel.id, PostMessage(body_md="posted by **python**"))
read = messages.messages_get(posted.id)
assert read.body_md == "posted by **python**" and read.parent_id is None, read
event = MessageCreatedEvent.from_json(data_of(stream, "message.created"))
assert event.payload.message.id == posted.id, event
refused(404, "not_found", messages.messages_get, str(uuid.UUID(int=0)))

# Search.
searching = SearchApi(client)
word = name.replace("-", "")
said = messages.messages_post(channel.id, PostMessage(body_md=f"is {word} found?"))
page = searching.search_find(q=word, type="messages", channel_id=channel.id)
[hit] = page.items
assert (hit.type, hit.message.id, hit.channel, hit.user) == ("message", said.id, None, None), hit
assert "<mark>" in hit.snippet_html and not page.has_more and page.next is None, page
problem = refused(422, "invalid", searching.search_find, q="has:cow")
assert problem["errors"][0]["field"] == "q", problem

# Commands of the server's own.
commands = CommandsApi(client)
offered = {one.name: one for one in commands.commands_list(community_id=community.id).items}
assert offered["me"].bot_id is None and offered["me"].arguments[0].type == "text", offered["me"]
waved = commands.commands_run(RunCommand(channel_id=channel.id, text="/me waves"))
assert (waved.effect.type, waved.effect.id, waved.reply_md) == ("posted", str(waved.message.id), None), waved
helped = commands.commands_run(RunCommand(channel_id=channel.id, text="/help"))
assert "/me" in helped.reply_md and helped.message is None and helped.effect is None, helped
refused(422, "invalid", commands.commands_run, RunCommand(channel_id=channel.id, text="/frobnicate"))

# A bot and its token.
bots = BotsApi(client)
bot = bots.bots_create(community.id, CreateBot(name=name, scopes=SCOPES))
assert sorted(bot.scopes) == sorted(SCOPES) and bot.community_id == community.id, bot
assert bot.id in [one.id for one in bots.bots_list(community.id).items]
new = CreateToken(scopes=SCOPES, client_mutation_id=name)
token = bots.tokens_create(bot.id, new)
again = bots.tokens_create(bot.id, new)
assert token.token and (again.id, again.token) == (token.id, None), again
[kept] = bots.tokens_list(bot.id).items
assert (kept.id, kept.token, kept.expires_at) == (token.id, None, None), kept
bot_client = client_of(token.token)
assert ChannelsApi(bot_client).channels_join(channel.id).id == channel.id
bot_messages, bot_commands = MessagesApi(bot_client), CommandsApi(bot_client)
written = bot_messages.messages_post(channel.id, PostMessage(body_md="written by a bot"))
assert written.author.bot and written.author.id == bot.user_id, written
refused(403, "forbidden", BotsApi(bot_client).bots_list, community.id)

# A command that the bot answers.
command = commands.commands_create(community.id, CreateCommand(name=name, description="Deploys.", bot_id=bot.id))
[custom] = [one for one in commands.commands_list(community_id=community.id).items if one.name == name]
assert custom.bot_id == bot.id, custom
bot_stream = opened(base, token.token)
used = commands.commands_run(RunCommand(channel_id=channel.id, text=f"/{name} prod"))
invoked = CommandInvokedEvent.from_json(data_of(bot_stream, "command.invoked")).payload
assert (used.effect.type, used.effect.id) == ("invoked", str(invoked.invocation_id)), used
assert (invoked.text, invoked.user_id) == (f"/{name} prod", signed_in.user.id), invoked
bot_commands.commands_respond(invoked.invocation_id, RespondToInvocation(body_md="on its way", private=True))
answered = CommandAnsweredEvent.from_json(data_of(stream, "command.answered")).payload
assert (answered.invocation_id, answered.reply_md) == (invoked.invocation_id, "on its way"), answered
late = RespondToInvocation(body_md="once more", private=True)
refused(410, "gone", bot_commands.commands_respond, invoked.invocation_id, late)
commands.commands_delete(command.id)
assert command.id not in [one.id for one in commands.commands_list_of_community(community.id).items]

# What one is told of.
channels.channels_notify(channel.id, NotifyChannel(level="mentions"))
assert channels.channels_get(channel.id).notify == "mentions"
level = communities.communities_get(community.id).notify
communities.communities_notify(community.id, NotifyCommunity(level="nothing"))
assert communities.communities_get(community.id).notify == "nothing"
communities.communities_notify(community.id, NotifyCommunity(level=level))
called = bot_messages.messages_post(channel.id, PostMessage(body_md=f"look, @<user:{signed_in.user.id}>"))
told = None
while told is None or told.source_id != called.id:
    told = NotificationNewEvent.from_json(data_of(stream, "notification.new")).payload.notification
assert (told.type, told.reason, told.preview) == ("mention", "user", None), told
notifications = NotificationsApi(client)
[notification] = [one for one in notifications.notifications_list(unread=True).items if one.id == told.id]
assert not notification.read and notification.preview.startswith("look, "), notification
left = notifications.notifications_read(ReadNotifications(ids=[told.id]))
assert left.unread >= 0, left
assert told.id not in [one.id for one in notifications.notifications_list(unread=True).items]
[notification] = [one for one in notifications.notifications_list().items if one.id == told.id]
assert notification.read, notification


def unread():
    """The numbers of unread messages and of mentions in the channel; none where it is read to its end."""
    return [(one.count, one.mentions) for one in channels.unread_list().items if one.channel_id == channel.id]


# What is unread: two messages of the bot's.
assert unread() == [(2, 1)], unread()
channels.channels_mark_read(channel.id, MarkRead(message_id=called.id))
assert unread() == [], unread()
channels.channels_mark_unread(channel.id, MarkUnread(message_id=called.id))
assert unread() == [(1, 1)], unread()

# An outgoing webhook, whose address is nowhere.
webhooks = WebhooksApi(client)
new = CreateOutgoingWebhook(url="https://ci.example/hook", events=["message.created"], channel_ids=[channel.id])
hook = webhooks.outgoing_webhooks_create(community.id, new)
assert hook.secret.startswith("whsec_") and hook.enabled and hook.disabled_reason is None, hook
[kept] = [one for one in webhooks.outgoing_webhooks_list(community.id).items if one.id == hook.id]
assert (kept.secret, kept.events, kept.channel_ids) == (None, ["message.created"], [channel.id]), kept
messages.messages_post(channel.id, PostMessage(body_md="to be delivered"))
delivery = until("a delivery", lambda: webhooks.deliveries_list(hook.id).items)[0]
assert delivery.event == "message.created" and delivery.status != "delivered", delivery
stopped = webhooks.outgoing_webhooks_update(hook.id, update_outgoing_webhook=UpdateOutgoingWebhook(enabled=False))
assert (stopped.enabled, stopped.disabled_reason, stopped.url) == (False, "stopped", hook.url), stopped
refused(409, "conflict", webhooks.deliveries_replay, delivery.id)
webhooks.outgoing_webhooks_delete(hook.id)
refused(404, "not_found", webhooks.deliveries_list, hook.id)

# An incoming webhook.
made = webhooks.webhooks_create(channel.id, CreateWebhook(name="CI"))
assert f"/hook/{made.id}/" in made.url, made.id
[kept] = webhooks.webhooks_list(channel.id).items
assert (kept.id, kept.name, kept.url) == (made.id, "CI", None), kept
renamed = webhooks.webhooks_update(made.id, update_webhook=UpdateWebhook(name="CD"))
assert (renamed.name, renamed.channel_id) == ("CD", channel.id), renamed
assert made.id in [one.id for one in webhooks.webhooks_list_of_community(community.id, limit=200).items]
webhooks.webhooks_delete(made.id)
assert webhooks.webhooks_list(channel.id).items == []

# A token that is revoked is good for nothing.
bots.tokens_revoke(token.id)
refused(401, "unauthenticated", bot_messages.messages_get, posted.id)
assert bots.tokens_list(bot.id).items == []
bots.bots_delete(bot.id)
assert bot.id not in [one.id for one in bots.bots_list(community.id).items]
