"""Speaks to `blackboard mcp` by the protocol's own SDK, in the era that its argument names, and prints what it got as JSON.

Runs in the Python of `.ci/mcp_sdk`, without moziplus: `python mcp_client.py handshake|stateless COMMAND…`.
"""

import asyncio
import json
import os
import sys
from typing import Any

from mcp import ClientSession, StdioServerParameters  # type: ignore[import-not-found]
from mcp.client.client import Client  # type: ignore[import-not-found]
from mcp.client.stdio import stdio_client  # type: ignore[import-not-found]

CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("read", {}),
    ("comment", {"text": "by the SDK"}),
    ("submit", {"summary": "x"}),
)


async def told(session: Any) -> dict[str, Any]:
    listed = await session.list_tools()
    calls = [await session.call_tool(name, arguments) for name, arguments in CALLS]
    return {
        "tools": [tool.name for tool in listed.tools],
        "calls": [
            {"refused": call.is_error, "text": call.content[0].text, "data": call.structured_content} for call in calls
        ],
    }


async def main(era: str, command: list[str]) -> dict[str, Any]:
    server = StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ))
    if era == "stateless":
        async with Client(stdio_client(server)) as client:
            return {"version": client.protocol_version, **await told(client)}
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        started = await session.initialize()
        return {"version": started.protocol_version, **await told(session)}


json.dump(asyncio.run(main(sys.argv[1], sys.argv[2:])), sys.stdout)
