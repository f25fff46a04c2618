"""What the programs of openapi-python-client begin with: somebody signed in, a community, and a channel of their own."""
import sys

from ajet_chat_client import AuthenticatedClient, Client
from ajet_chat_client.api.channels import channels_create
from ajet_chat_client.api.communities import communities_create, communities_list
from ajet_chat_client.api.sign_in import auth_dev
from ajet_chat_client.models import CreateChannel, CreateCommunity, DevSignIn, Problem

base, username, name = sys.argv[1:]


def sign_in(username):
    """The session of somebody who signs in by name."""
    return auth_dev.sync(client=Client(base_url=base), body=DevSignIn(username=username))


def client_of(token):
    """The client of somebody, by their token."""
    return AuthenticatedClient(base_url=base, token=token)


def done(answer):
    """What was answered, if it was not refused."""
    assert not isinstance(answer, Problem), answer
    return answer


def refused(status, code, answer):
    """The problem document of what was refused with this status and code."""
    assert isinstance(answer, Problem) and (answer.status, answer.code) == (status, code), answer
    return answer


signed_in = sign_in(username)
client = client_of(signed_in.token)
found = communities_list.sync(client=client).items
new = CreateCommunity(name=name, slug=name)
community = found[0] if found else communities_create.sync(client=client, body=new)
channel = channels_create.sync(community.id, client=client, body=CreateChannel(name=name))
