"""Posts a message with the client that openapi-generator's python makes, and reads it back: from the stream too, and what is not there."""
import json
import sys
import uuid

from openapi_client import (
    ApiClient, ApiException, ChannelsApi, CommunitiesApi, Configuration, CreateChannel, CreateCommunity, DevSignIn,
    MessageCreatedEvent, MessagesApi, PostMessage, SignInApi,
)

from stream import data_of, opened

base, username, name = sys.argv[1:]
signed_in = SignInApi(ApiClient(Configuration(host=base))).auth_dev(DevSignIn(username=username))
client = ApiClient(Configuration(host=base, access_token=signed_in.token))

communities = CommunitiesApi(client)
found = communities.communities_list().items
community = found[0] if found else communities.communities_create(CreateCommunity(name=name, slug=name))
channel = ChannelsApi(client).channels_create(community.id, CreateChannel(name=name))
messages = MessagesApi(client)
stream = opened(base, signed_in.token)
posted = messages.messages_post(channel.id, PostMessage(body_md="posted by **python**"))
read = messages.messages_get(posted.id)
assert read.body_md == "posted by **python**" and read.parent_id is None, read
event = MessageCreatedEvent.from_json(data_of(stream, "message.created"))
assert event.payload.message.id == posted.id, event
try:
    messages.messages_get(str(uuid.UUID(int=0)))
except ApiException as missing:
    assert (missing.status, json.loads(missing.body)["code"]) == (404, "not_found"), missing
else:
    raise AssertionError("there is no such message")
