"""Owns how the four protocols of model providers are spoken: what a request asks for, and how a turn of the model is written.

Anthropic's Messages, OpenAI's Responses and chat completions, Gemini's generateContent; each whole and as a stream.
Pure: bodies in, bodies out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ("FRESH", "TURN", "Asked", "Event", "Turn", "dialect_of", "refusal")

FRESH, CACHED, OUT = 1000, 200, 50
TURN = FRESH + CACHED + OUT
"""Tokens that every answered turn is said to have used."""

PATIENCE = 300_000
"""Milliseconds for which a command may run, where the program has the model say so: a busy machine takes long."""

Event = tuple[str | None, Mapping[str, Any] | str]
"""One event of a stream: its name, where it has one, and its data."""

SHELLS = ("Bash", "bash", "shell", "exec_command", "shell_command", "run_shell_command")
"""The names by which these programs offer their model a shell."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the tool that runs a shell command, if one is offered, and whether the answer is wanted as a stream."""

    shell: str | None
    parameters: Mapping[str, Any]
    """The JSON Schema of what that tool takes."""
    stream: bool
    model: str
    json_only: bool = False
    """Whether only JSON of a given form is wanted: a question of the program's own, beside the conversation."""

    def command(self, line: str) -> dict[str, Any]:
        """The arguments with which that tool runs `line`."""
        known = self.parameters.get("properties", {})
        key = next((name for name in ("command", "cmd") if name in known), "command")
        as_list = "array" in str(known.get(key, {}).get("type", "string"))
        more: dict[str, Any] = (
            {"description": "runs a command"} if "description" in self.parameters.get("required", ()) else {}
        )
        more |= {name: PATIENCE for name in ("timeout", "timeout_ms", "yield_time_ms") if name in known}
        return {key: ["bash", "-lc", line] if as_list else line, **more}


@dataclass(frozen=True, slots=True)
class Turn:
    """What the model says next: words, or a call of a tool."""

    number: int
    words: str = ""
    tool: str | None = None
    arguments: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """One protocol."""

    asked: Callable[[Mapping[str, Any], str], Asked]
    whole: Callable[[Turn, Asked], Mapping[str, Any]]
    stream: Callable[[Turn, Asked], Iterable[Event]]


def dialect_of(path: str) -> Dialect | None:
    """The protocol of a request's path; None for one that asks for no turn."""
    if path.endswith("/messages"):
        return Dialect(_asked, _anthropic, _anthropic_stream)
    if path.endswith("/responses"):
        return Dialect(_asked, _responses, _responses_stream)
    if path.endswith("/chat/completions"):
        return Dialect(_asked, _chat, _chat_stream)
    if "enerateContent" in path:
        return Dialect(_asked_of_gemini, _gemini, lambda turn, asked: [(None, _gemini(turn, asked))])
    return None


def refusal(path: str, status: int, words: str) -> Mapping[str, Any]:
    """The body with which a provider of that protocol refuses."""
    if path.endswith("/messages"):
        kinds = {401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"}
        return {"type": "error", "error": {"type": kinds.get(status, "api_error"), "message": words}}
    if "enerateContent" in path:
        names = {401: "UNAUTHENTICATED", 429: "RESOURCE_EXHAUSTED"}
        return {"error": {"code": status, "message": words, "status": names.get(status, "UNAVAILABLE")}}
    codes = {401: "invalid_api_key", 429: "rate_limit_exceeded"}
    return {"error": {"message": words, "type": "mock", "code": codes.get(status), "param": None}}


def _shell(tools: Sequence[Mapping[str, Any]]) -> tuple[str | None, Mapping[str, Any]]:
    for name in SHELLS:
        for tool in tools:
            told = tool.get("function", tool)
            if (told.get("name") or told.get("type")) == name:
                keys = ("input_schema", "parameters", "parametersJsonSchema")
                return name, next((told[key] for key in keys if told.get(key)), {})
    return None, {}


def _asked(body: Mapping[str, Any], path: str) -> Asked:
    name, parameters = _shell(body.get("tools") or [])
    return Asked(name, parameters, bool(body.get("stream")), str(body.get("model")))


def _asked_of_gemini(body: Mapping[str, Any], path: str) -> Asked:
    tools = [each for tool in body.get("tools") or [] for each in tool.get("functionDeclarations", [])]
    name, parameters = _shell(tools)
    how = body.get("generationConfig") or {}
    json_only = how.get("responseMimeType") == "application/json"
    return Asked(name, parameters, "stream" in path, "gemini-2.5-pro", json_only)


def _anthropic(turn: Turn, asked: Asked) -> Mapping[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": turn.words}
    if turn.tool is not None:
        block = {"type": "tool_use", "id": f"toolu_{turn.number:04}", "name": turn.tool, "input": turn.arguments}
    used = {"input_tokens": FRESH, "cache_creation_input_tokens": 0, "cache_read_input_tokens": CACHED}
    return {
        **{"id": f"msg_{turn.number:04}", "type": "message", "role": "assistant", "model": asked.model},
        **{"content": [block], "stop_reason": "tool_use" if turn.tool else "end_turn", "stop_sequence": None},
        "usage": {**used, "output_tokens": OUT},
    }


def _anthropic_stream(turn: Turn, asked: Asked) -> Iterable[Event]:
    whole = _anthropic(turn, asked)
    (block,) = whole["content"]
    begun = {**block, "input": {}} if turn.tool else {**block, "text": ""}
    delta = {"type": "text_delta", "text": turn.words}
    if turn.tool:
        delta = {"type": "input_json_delta", "partial_json": json.dumps(turn.arguments)}
    stop = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    said: list[dict[str, Any]] = [
        {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": begun},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": stop, "usage": whole["usage"]},
        {"type": "message_stop"},
    ]
    return [(str(each["type"]), each) for each in said]


def _responses(turn: Turn, asked: Asked) -> Mapping[str, Any]:
    text = [{"type": "output_text", "text": turn.words, "annotations": []}]
    item: dict[str, Any] = {"type": "message", "id": f"msg_{turn.number}", "role": "assistant", "content": text}
    if turn.tool is not None:
        item = {"type": "function_call", "id": f"fc_{turn.number}", "call_id": f"call_{turn.number}"}
        item |= {"name": turn.tool, "arguments": json.dumps(turn.arguments)}
    used = {"input_tokens": FRESH + CACHED, "input_tokens_details": {"cached_tokens": CACHED}}
    used |= {"output_tokens": OUT, "output_tokens_details": {"reasoning_tokens": 0}, "total_tokens": TURN}
    return {
        **{"id": f"resp_{turn.number}", "object": "response", "created_at": 1, "status": "completed"},
        **{"model": asked.model, "output": [{**item, "status": "completed"}], "usage": used, "error": None},
    }


def _responses_stream(turn: Turn, asked: Asked) -> Iterable[Event]:
    whole = _responses(turn, asked)
    (item,) = whole["output"]
    begun = {**item, "arguments": ""} if turn.tool else {**item, "content": []}
    place = {"item_id": item["id"], "output_index": 0, "content_index": 0}
    said: list[dict[str, Any]] = [
        {"type": "response.created", "response": {**whole, "status": "in_progress", "output": [], "usage": None}},
        {"type": "response.output_item.added", "output_index": 0, "item": begun},
    ]
    if not turn.tool:
        said.append({"type": "response.output_text.delta", **place, "delta": turn.words})
    said.append({"type": "response.output_item.done", "output_index": 0, "item": item})
    said.append({"type": "response.completed", "response": whole})
    return [(str(each["type"]), {**each, "sequence_number": at}) for at, each in enumerate(said)]


def _head(turn: Turn, asked: Asked, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{turn.number}", "object": kind, "created": 1, "model": asked.model}


def _calls(turn: Turn) -> list[dict[str, Any]]:
    function = {"name": turn.tool, "arguments": json.dumps(turn.arguments)}
    return [{"index": 0, "id": f"call_{turn.number}", "type": "function", "function": function}]


_OF_CHAT = {
    **{"prompt_tokens": FRESH + CACHED, "completion_tokens": OUT, "total_tokens": TURN},
    "prompt_tokens_details": {"cached_tokens": CACHED},
}


def _chat(turn: Turn, asked: Asked) -> Mapping[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": turn.words}
    if turn.tool:
        message = {"role": "assistant", "content": None, "tool_calls": _calls(turn)}
    choice = {"index": 0, "finish_reason": "tool_calls" if turn.tool else "stop", "message": message}
    return {**_head(turn, asked, "chat.completion"), "usage": _OF_CHAT, "choices": [choice]}


def _chat_stream(turn: Turn, asked: Asked) -> Iterable[Event]:
    head = _head(turn, asked, "chat.completion.chunk")

    def chunk(delta: Mapping[str, Any], reason: str | None = None) -> Event:
        return None, {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}

    yield chunk({"role": "assistant", "content": ""})
    yield chunk({"tool_calls": _calls(turn)} if turn.tool else {"content": turn.words})
    yield chunk({}, "tool_calls" if turn.tool else "stop")
    yield None, {**head, "choices": [], "usage": _OF_CHAT}
    yield None, "[DONE]"


def _gemini(turn: Turn, asked: Asked) -> Mapping[str, Any]:
    part: dict[str, Any] = {"text": turn.words}
    if asked.json_only:  # who speaks next, which model is to be taken: the fields that its questions have
        part = {"text": json.dumps({"reasoning": "x", "next_speaker": "user", "model_choice": "flash"})}
    elif turn.tool:
        part = {"functionCall": {"name": turn.tool, "args": turn.arguments, "id": f"call_{turn.number}"}}
    used = {"promptTokenCount": FRESH + CACHED, "cachedContentTokenCount": CACHED}
    candidate = {"index": 0, "content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
    return {
        **{"candidates": [candidate], "modelVersion": asked.model},
        "usageMetadata": {**used, "candidatesTokenCount": OUT, "totalTokenCount": TURN},
    }
