"""Reads an event stream with one of the Python clients and prints each event as a line of JSON.

usage: clients.py CLIENT ADDRESS TOKEN [LAST_EVENT_ID]      started by `run` with the Python that has the client
"""
import asyncio
import json
import os
import sys

OUT = os.fdopen(os.dup(1), "w")
sys.stdout = sys.stderr
"""Clients may print what they like; only `show` writes to the real standard output."""


def show(event, event_id, data):
    print(json.dumps({"event": event, "id": event_id, "data": data}), file=OUT, flush=True)


def headers(token, last_id):
    return {"Authorization": f"Bearer {token}", **({"Last-Event-ID": last_id} if last_id else {})}


def sseclient(address, token, last_id):
    from sseclient import SSEClient
    for event in SSEClient(address, last_id=last_id, headers=headers(token, None)):
        if event.data:
            show(event.event, event.id, event.data)


def sseclient_py(address, token, last_id):
    import requests
    from sseclient import SSEClient
    answer = requests.get(address, stream=True, headers={"Accept": "text/event-stream", **headers(token, last_id)})
    answer.raise_for_status()
    for event in SSEClient(answer).events():
        show(event.event, event.id, event.data)


def httpx_sse(address, token, last_id):
    import httpx
    from httpx_sse import connect_sse
    with httpx.Client(timeout=None) as client, connect_sse(client, "GET", address, headers=headers(token, last_id)) as source:
        for event in source.iter_sse():
            show(event.event, event.id, event.data)


def httpx_sse_async(address, token, last_id):
    import httpx
    from httpx_sse import aconnect_sse

    async def read():
        async with httpx.AsyncClient(timeout=None) as client:
            async with aconnect_sse(client, "GET", address, headers=headers(token, last_id)) as source:
                async for event in source.aiter_sse():
                    show(event.event, event.id, event.data)

    asyncio.run(read())


def aiohttp_sse_client(address, token, last_id):
    from aiohttp_sse_client.client import EventSource

    async def read():
        async with EventSource(address, headers=headers(token, last_id)) as source:
            async for event in source:
                show(event.type, event.last_event_id, event.data)

    asyncio.run(read())


CLIENTS = {client.__name__: client for client in (sseclient, sseclient_py, httpx_sse, httpx_sse_async, aiohttp_sse_client)}

if __name__ == "__main__":
    name, where, secret, *last = sys.argv[1:]
    CLIENTS[name](where, secret, last[0] if last else None)
