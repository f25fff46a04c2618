"""Posts a message with the client that openapi-generator's python makes, and reads it back."""
import sys

from openapi_client import (
    ApiClient, ChannelsApi, CommunitiesApi, Configuration, CreateChannel, CreateCommunity, DevSignIn, MessagesApi,
    PostMessage, SignInApi,
)

base, username, name = sys.argv[1:]
signed_in = SignInApi(ApiClient(Configuration(host=base))).auth_dev(DevSignIn(username=username))
client = ApiClient(Configuration(host=base, access_token=signed_in.token))

communities = CommunitiesApi(client)
found = communities.communities_list().items
community = found[0] if found else communities.communities_create(CreateCommunity(name=name, slug=name))
channel = ChannelsApi(client).channels_create(community.id, CreateChannel(name=name))
messages = MessagesApi(client)
posted = messages.messages_post(channel.id, PostMessage(body_md="posted by **python**"))
read = messages.messages_get(posted.id)
assert read.body_md == "posted by **python**" and read.parent_id is None, read
