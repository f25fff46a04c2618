"""A picture to be sent, and what is done with its bytes beside the API."""
import base64
import urllib.request

# A PNG of three by two pixels.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEUlEQVR42mM4IccAQUBsA0EAPXwGGaLGsUIAAAAASUVORK5CYII="
)
# What any JPEG begins with. Squares of opaque pictures are JPEGs.
JPEG = b"\xff\xd8\xff"


def put(address, headers):
    """Sends the picture to where an upload was begun."""
    with urllib.request.urlopen(urllib.request.Request(address, PNG, headers, method="PUT"), timeout=30) as answer:
        answer.read()


def fetched(address):
    """The bytes that are at an address."""
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read()
