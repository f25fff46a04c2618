"""Reads a live stream up to an event: the clients that generators make do not read streams, but they have the events' types."""
import urllib.request


def opened(base, token):
    """A live stream, once its first frame has come: all that happens from then on is on it."""
    request = urllib.request.Request(f"{base}/api/events", headers={"Authorization": f"Bearer {token}"})
    stream = urllib.request.urlopen(request, timeout=30)
    data_of(stream, "ready")
    return stream


def data_of(stream, kind):
    """The data of the next frame of this name."""
    name = None
    for line in stream:
        field, _, value = line.decode().rstrip("\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data" and name == kind:
            return value
        elif not field:
            name = None
    raise AssertionError(f"the stream has ended without {kind}")
