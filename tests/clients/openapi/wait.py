"""Waits for what comes about a moment later than it was asked for."""
import time

WITHIN_S = 20
POLL_S = 0.1


def until(what, found):
    """What `found` returns as soon as it is something; fails where it is nothing for too long."""
    end = time.monotonic() + WITHIN_S
    while not (value := found()):
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(POLL_S)
    return value
