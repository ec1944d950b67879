"""Owns the questions that are put to the gateway over HTTP: whether it is ready, whether it takes our token.

It never starts a run: over HTTP, a client that goes away kills what it started. An answer counts when it is the right
JSON; a status of 200 alone is also what its web page answers.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

import httpx

from console.gateway.settings import http_url
from console.gateway.states import GatewayState, Kind, state

__all__ = ("Probe",)

PATIENCE = 15.0
"""Seconds; the gateway answers a wrong token after up to five."""


class Probe:
    """One client for all questions; `async with Probe(url) as probe`."""

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        self._url = url
        self._client = httpx.AsyncClient(
            base_url=http_url(url), timeout=httpx.Timeout(patience, connect=5.0), trust_env=False
        )

    async def __aenter__(self) -> Probe:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let the client go. Safe to call twice."""
        await self._client.aclose()

    async def ready(self) -> GatewayState:
        """Whether it is up, as anybody may ask: it says nothing about the token."""
        answer = await self._ask("GET", "/readyz")
        if isinstance(answer, GatewayState):
            return answer
        _, found = answer
        if not isinstance(found.get("ready"), bool):
            return state(Kind.NOT_A_GATEWAY, self._url)
        if found["ready"]:
            return state(Kind.UP, self._url)
        draining = "draining" in str(found.get("failing"))
        return state(Kind.DRAINING if draining else Kind.STARTING, self._url)

    async def models(self, token: str) -> tuple[str, ...] | GatewayState:
        """The agents behind `/v1/models`; empty where that is switched off there, as it is by default."""
        answer = await self._ask("GET", "/v1/models", token=token, absent=404)
        if isinstance(answer, GatewayState):
            return answer
        status, found = answer
        rows = found.get("data") if status == 200 else []
        if not isinstance(rows, list):
            return state(Kind.NOT_A_GATEWAY, self._url)
        ids = [str(row.get("id", "")) for row in rows if isinstance(row, dict)]
        return tuple(
            name.partition("/")[2] for name in ids if name.startswith("openclaw/") and name != "openclaw/default"
        )

    async def tool(self, token: str, name: str, args: dict[str, Any]) -> dict[str, Any] | GatewayState:
        """What a tool of the gateway answers, through `/tools/invoke`; {} where it is not allowed there."""
        body = {"tool": name, "args": args}
        answer = await self._ask("POST", "/tools/invoke", token=token, body=body, absent=404)
        if isinstance(answer, GatewayState):
            return answer
        result = answer[1].get("result")
        details = result.get("details") if isinstance(result, dict) else None
        return details if isinstance(details, dict) else {}

    async def token_taken(self, token: str) -> GatewayState:
        """Whether it takes the token: `/tools/invoke` is always on."""
        found = await self.tool(token, "agents_list", {})
        return found if isinstance(found, GatewayState) else state(Kind.UP, self._url)

    async def _ask(
        self, method: str, path: str, *, token: str | None = None, body: Any = None, absent: int | None = None
    ) -> tuple[int, dict[str, Any]] | GatewayState:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = await self._client.request(method, path, headers=headers, json=body)
            found = answer.json()
        except httpx.TimeoutException:
            return state(Kind.DOWN, f"{self._url} in time")
        except httpx.HTTPError:
            return state(Kind.DOWN, self._url)
        except ValueError:
            return (404, {}) if absent == answer.status_code else state(Kind.NOT_A_GATEWAY, self._url)
        if not isinstance(found, dict):
            return state(Kind.NOT_A_GATEWAY, self._url)
        error = found.get("error")
        if answer.status_code == 401 and isinstance(error, dict) and error.get("type") == "unauthorized":
            return state(Kind.TOKEN_REFUSED if token else Kind.TOKEN_MISSING, self._url)
        return answer.status_code, found
