#!/usr/bin/env bash
# uvicorn 0.54.0 on a socket that its caller made with socket.create_server(): each answer on a connection that is kept is
# some 40 ms late. uvicorn writes head and body of an answer apart, and asyncio switches Nagle's algorithm off
# (TCP_NODELAY) only for sockets whose protocol number says TCP; the one that create_server() gives says 0. The same socket
# made with proto=socket.IPPROTO_TCP answers at once. A good guess is that the way a listening socket was made cannot matter
# to the connections that it accepts.
#
# Seen on Linux, Python 3.11.7, uvicorn 0.54.0, httpx 0.28.1, 40 requests over one connection:
#   create_server(): proto 0, 44.0 ms a request; IPPROTO_TCP: proto 6, 0.4 ms a request
# Fails where that is no longer so.
set -euo pipefail

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install --quiet --disable-pip-version-check uvicorn==0.54.0 httpx==0.28.1

cat >"$place/measure.py" <<'PY'
import socket
import statistics
import sys
import threading
import time

import httpx
import uvicorn


async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})


def late(listener):
    """Median milliseconds of a request."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    taken = []
    with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
        while not server.started:
            time.sleep(0.01)
        for _ in range(40):
            begun = time.perf_counter()
            assert client.get("/").text == "ok"
            taken.append(1000 * (time.perf_counter() - begun))
    server.should_exit = True
    thread.join()
    return statistics.median(taken)


usual = socket.create_server(("127.0.0.1", 0))
named = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
named.bind(("127.0.0.1", 0))
named.listen()
protocols = usual.proto, named.proto
times = late(usual), late(named)
print(f"create_server(): proto {protocols[0]}, {times[0]:.1f} ms a request; "
      f"IPPROTO_TCP: proto {protocols[1]}, {times[1]:.1f} ms a request")
sys.exit(0 if protocols == (0, 6) and times[0] > 8 * times[1] and times[0] > 30 else "this has changed")
PY
"$place/env/bin/python" "$place/measure.py"
