"""A small agent that speaks ACP by the protocol's own library, a program: `acp_agent.py SCENE`. No model is involved.

It does what its scene says in the folder that it is given, with the `blackboard` on its PATH, as any agent would.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from acp import PROTOCOL_VERSION, RequestError, run_agent, text_block, tool_content, update_agent_message_text
from acp import schema as s
from acp.helpers import (
    plan_entry,
    start_tool_call,
    tool_diff_content,
    update_agent_thought_text,
    update_plan,
    update_tool_call,
)

KEPT = Path(os.environ.get("ACP_AGENT_KEPT", "."))
"""Where its conversations are kept."""


def run(command: str) -> str:
    """What a shell says of it."""
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


class Player:
    """One program; a conversation is a file of what it was told."""

    def __init__(self, scene: str) -> None:
        self._scene = scene
        self._client: Any = None
        self._cancelled = asyncio.Event()
        self._mode = "ask"
        self._said = ""

    def on_connect(self, conn: Any) -> None:
        self._client = conn

    async def initialize(self, protocol_version: int, **_: Any) -> s.InitializeResponse:
        return s.InitializeResponse(
            protocol_version=PROTOCOL_VERSION,
            agent_info=s.Implementation(name="player", title="Player", version="1.2"),
            agent_capabilities=s.AgentCapabilities(load_session=True),
            auth_methods=[],
        )

    async def new_session(self, cwd: str, mcp_servers: Any = None, **_: Any) -> s.NewSessionResponse:
        if self._scene == "signed_out":
            raise RequestError.auth_required({"message": "run `player login` first"})
        (KEPT / "mcp.json").write_text(json.dumps([server.name for server in mcp_servers or []]))
        modes = [s.SessionMode(id=name, name=name) for name in ("ask", "plan")]
        state = s.SessionModeState(current_mode_id="ask", available_modes=modes)
        return s.NewSessionResponse(session_id=f"talk-{uuid.uuid4()}", modes=state)

    async def load_session(self, cwd: str, session_id: str, **_: Any) -> s.LoadSessionResponse:
        if self._scene == "forgetful" or not (KEPT / session_id).is_file():
            raise RequestError.invalid_params({"details": "no such session"})
        for line in (KEPT / session_id).read_text().splitlines():
            await self._client.session_update(session_id, update_agent_message_text(f"before: {line}"))
        return s.LoadSessionResponse()

    async def set_session_mode(self, session_id: str, mode_id: str, **_: Any) -> s.SetSessionModeResponse:
        self._mode = mode_id
        return s.SetSessionModeResponse()

    async def prompt(self, session_id: str, prompt: Any, **_: Any) -> s.PromptResponse:
        with (KEPT / session_id).open("a") as file:
            file.write(f"{len(prompt[0].text)} characters\n")
        scenes = {
            "work": self._work,
            "mode": self._say_mode,
            "leave": self._ask_leave,
            "form": self._ask_words,
            "limited": self._limited,
            "sleep": self._sleep,
            "again": self._fail_once,
            "forgetful": self._fail_once,
            "full": self._hand_over,
            "deaf": self._hand_over,
            "hasty": self._hand_over,
        }
        self._said = prompt[0].text
        return await scenes[self._scene](session_id)

    async def cancel(self, session_id: str, **_: Any) -> None:
        (KEPT / "cancelled").touch()
        self._cancelled.set()

    async def _work(self, session: str) -> s.PromptResponse:
        tell = self._client.session_update
        await tell(session, update_agent_thought_text("what is it"))
        await tell(session, update_plan([plan_entry("look", status="completed"), plan_entry("write")]))
        await tell(session, start_tool_call("c1", "bash", kind="execute", status="pending", raw_input={}))
        command = {"command": "blackboard submit --summary 'all done'"}
        await tell(session, update_tool_call("c1", status="in_progress", title="submit", raw_input=command))
        output = run(command["command"])
        said = (tool_content(text_block(output)), tool_diff_content("a.txt", "new\n", "old\n"))
        await tell(session, update_tool_call("c1", status="completed", content=said, raw_output={"exitCode": 0}))
        for piece in ("The answer ", "is ", "42."):
            await tell(session, update_agent_message_text(piece))
        cost = s.Cost(amount=0.25, currency="USD")
        await tell(session, s.UsageUpdate(session_update="usage_update", used=700, size=9000, cost=cost))
        return s.PromptResponse(
            stop_reason="end_turn", usage=s.Usage(total_tokens=1234, input_tokens=1000, output_tokens=234)
        )

    async def _fail_once(self, session: str) -> s.PromptResponse:
        if not (KEPT / "tried").exists():
            await self._client.session_update(session, update_agent_message_text("I am at it. "))
            (KEPT / "tried").touch()
            raise RequestError.internal_error({"details": "it broke"})
        return await self._work(session)

    async def _hand_over(self, session: str) -> s.PromptResponse:
        """Fail once when its context is nearly full; then leave a note, or die where it is `deaf`, and work in a new one."""
        if "## Hand over" in self._said:
            if self._scene == "deaf":
                os._exit(1)
            if self._scene == "hasty":
                run("blackboard submit --summary 'all done'")
            await self._client.session_update(session, update_agent_message_text("The PEARS are counted."))
            return s.PromptResponse(
                stop_reason="end_turn", usage=s.Usage(total_tokens=100, input_tokens=90, output_tokens=10)
            )
        if not (KEPT / "tried").exists():
            cost = s.Cost(amount=0.5, currency="USD")
            full = s.UsageUpdate(session_update="usage_update", used=8900, size=9000, cost=cost)
            await self._client.session_update(session, full)
        (KEPT / "told").write_text(self._said)
        return await self._fail_once(session)

    async def _say_mode(self, session: str) -> s.PromptResponse:
        await self._client.session_update(session, update_agent_message_text(f"mode {self._mode}"))
        return s.PromptResponse(stop_reason="end_turn")

    async def _ask_leave(self, session: str) -> s.PromptResponse:
        """Touch a file, where it may; what it was answered goes into another one."""
        options = [
            s.PermissionOption(option_id="once", name="Allow once", kind="allow_once"),
            s.PermissionOption(option_id="always", name="Always allow", kind="allow_always"),
            s.PermissionOption(option_id="reject", name="Reject", kind="reject_once"),
        ]
        command = {"command": "touch touched"}
        call = s.ToolCallUpdate(tool_call_id="c1", title="touch touched", kind="execute", raw_input=command)
        answer = (await self._client.request_permission(session, call, options)).outcome
        (KEPT / "answer").write_text(getattr(answer, "option_id", answer.outcome))
        if answer.outcome != "selected":
            return s.PromptResponse(stop_reason="cancelled")
        if answer.option_id != "reject":
            run("touch touched")
        run(f"blackboard submit --summary {answer.option_id}")
        return s.PromptResponse(stop_reason="end_turn")

    async def _ask_words(self, session: str) -> s.PromptResponse:
        wanted = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
        params = {"sessionId": session, "mode": "form", "message": "Which city?", "requestedSchema": wanted}
        answer = await self._client._conn.send_request("elicitation/create", params)
        (KEPT / "answer").write_text(json.dumps(answer))
        run("blackboard submit --summary told")
        return s.PromptResponse(stop_reason="end_turn")

    async def _limited(self, session: str) -> s.PromptResponse:
        raise RequestError(-32603, "Internal error", {"details": "429 Too Many Requests; retry after 90 s"})

    async def _sleep(self, session: str) -> s.PromptResponse:
        tool = await asyncio.create_subprocess_exec("sleep", "300", start_new_session=True)
        (KEPT / "sleeps").write_text(str(tool.pid))
        await self._cancelled.wait()
        tool.kill()
        await tool.wait()
        return s.PromptResponse(stop_reason="cancelled")


if __name__ == "__main__":
    player: Any = Player(sys.argv[1])  # the library's types are not looked at, and dmypy does so at times all the same
    asyncio.run(run_agent(player, use_unstable_protocol=True))
