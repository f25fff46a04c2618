"""What the programs of openapi-generator's python begin with: somebody signed in, a community, and a channel of their own."""
import json
import sys

from openapi_client import (
    ApiClient, ApiException, ChannelsApi, CommunitiesApi, Configuration, CreateChannel, CreateCommunity, DevSignIn, MessagesApi, SignInApi,
)

base, username, name = sys.argv[1:]


def sign_in(username):
    """The session of somebody who signs in by name."""
    return SignInApi(ApiClient(Configuration(host=base))).auth_dev(DevSignIn(username=username))


def client_of(token):
    """The client of somebody, by their token."""
    return ApiClient(Configuration(host=base, access_token=token))


def refused(status, code, ask, *arguments, **named):
    """The problem document of what is refused with this status and code."""
    try:
        ask(*arguments, **named)
    except ApiException as refusal:
        problem = json.loads(refusal.body)
        assert (refusal.status, problem["code"]) == (status, code), refusal
        return problem
    raise AssertionError(f"{ask.__name__} is not refused with {code}")


signed_in = sign_in(username)
client = client_of(signed_in.token)
communities, channels, messages = CommunitiesApi(client), ChannelsApi(client), MessagesApi(client)
found = communities.communities_list().items
community = found[0] if found else communities.communities_create(CreateCommunity(name=name, slug=name))
channel = channels.channels_create(community.id, CreateChannel(name=name))
