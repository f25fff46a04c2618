"""Posts a message with the client that openapi-python-client makes, and reads it back: from the stream too, and what is not there."""
import json
import sys
import uuid

from ajet_chat_client import AuthenticatedClient, Client
from ajet_chat_client.api.channels import channels_create
from ajet_chat_client.api.communities import communities_create, communities_list
from ajet_chat_client.api.messages import messages_get, messages_post
from ajet_chat_client.api.sign_in import auth_dev
from ajet_chat_client.models import (
    CreateChannel, CreateCommunity, DevSignIn, Message, MessageCreatedEvent, PostMessage, Problem,
)

from stream import data_of, opened

base, username, name = sys.argv[1:]
signed_in = auth_dev.sync(client=Client(base_url=base), body=DevSignIn(username=username))
client = AuthenticatedClient(base_url=base, token=signed_in.token)

found = communities_list.sync(client=client).items
new = CreateCommunity(name=name, slug=name)
community = found[0] if found else communities_create.sync(client=client, body=new)
channel = channels_create.sync(community.id, client=client, body=CreateChannel(name=name))
stream = opened(base, signed_in.token)
posted = messages_post.sync(channel.id, client=client, body=PostMessage(body_md="posted by **python**"))
read = messages_get.sync(posted.id, client=client)
assert isinstance(read, Message), read
assert read.body_md == "posted by **python**" and read.parent_id is None, read
event = MessageCreatedEvent.from_dict(json.loads(data_of(stream, "message.created")))
assert event.payload.message.id == posted.id, event
missing = messages_get.sync(uuid.UUID(int=0), client=client)
assert isinstance(missing, Problem) and (missing.status, missing.code) == (404, "not_found"), missing
