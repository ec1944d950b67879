"""Owns how each real agent program is pointed at the provider of the tests: its definition is the one that `agent add` writes.

What a person would have set up beforehand (a login, a provider, a model) comes from variables and files in a home of its own.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.agents.presets import presets

__all__ = ("ACP", "COMMANDS", "Program", "definition", "missing", "path_of")

KEY = "sk-mock-0000000000000000"
_MACHINE = "arm64" if platform.machine() in ("arm64", "aarch64") else "x64"
_NODE = f"node-{sys.platform}-{_MACHINE}"

Sets = Callable[[str, Path], Mapping[str, str]]
"""Writes what the program wants into its home; what it wants in its environment. Takes the provider's address."""


@dataclass(frozen=True, slots=True)
class Program:
    """One program, started in one way."""

    preset: str
    sets: Sets
    more: tuple[str, ...] = ()
    """What of its command is not in the preset: its provider."""
    acp: bool = False
    packages: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.preset + ("+acp" if self.acp else "")


def _claude(url: str, home: Path) -> dict[str, str]:
    quiet = ("DISABLE_TELEMETRY", "DISABLE_AUTOUPDATER", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC")
    as_root = {"IS_SANDBOX": "1"} if os.geteuid() == 0 else {}  # else its ACP adapter does not begin for root
    tries = {"CLAUDE_CODE_MAX_RETRIES": "1"}  # else it tries for three minutes
    return {"ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": KEY, **dict.fromkeys(quiet, "1"), **as_root, **tries}


def _codex(url: str, home: Path) -> dict[str, str]:
    (home / ".codex").mkdir(exist_ok=True)
    (home / ".codex" / "config.toml").write_text(
        f'model = "gpt-5-codex"\nmodel_provider = "mock"\n'
        f'[model_providers.mock]\nname = "mock"\nbase_url = "{url}/v1"\nwire_api = "responses"\nenv_key = "MOCK_API_KEY"\n'
    )
    return {"MOCK_API_KEY": KEY}


def _opencode(url: str, home: Path) -> dict[str, str]:
    cost = {"input": 3, "output": 15, "cache_read": 0.3}
    model = {"name": "Mock", "cost": cost, "limit": {"context": 100_000, "output": 8_000}}
    mock = {"npm": "@ai-sdk/openai-compatible", "name": "Mock", "options": {"baseURL": url + "/v1", "apiKey": KEY}}
    how = {
        "model": "mock/mock-model",
        "small_model": "mock/mock-model",
        "autoupdate": False,
        "share": "disabled",
        "snapshot": False,
    }
    config = {**how, "provider": {"mock": {**mock, "models": {"mock-model": model}}}}
    return {"OPENCODE_CONFIG_CONTENT": json.dumps(config), "OPENCODE_DISABLE_AUTOUPDATE": "1",
            "OPENCODE_DISABLE_MODELS_FETCH": "1"}  # fmt: skip


def _gemini(url: str, home: Path) -> dict[str, str]:
    (home / ".gemini").mkdir(exist_ok=True)
    settings = {"security": {"auth": {"selectedType": "gemini-api-key"}}, "general": {"maxAttempts": 2}}
    (home / ".gemini" / "settings.json").write_text(json.dumps(settings))
    return {"GOOGLE_GEMINI_BASE_URL": url, "GEMINI_API_KEY": KEY, "GEMINI_TELEMETRY_ENABLED": "false"}


def _qwen(url: str, home: Path) -> dict[str, str]:
    (home / ".qwen").mkdir(exist_ok=True)
    settings = {"model": {"generationConfig": {"maxRetries": 1}}}
    (home / ".qwen" / "settings.json").write_text(json.dumps(settings))
    return {"OPENAI_BASE_URL": url + "/v1", "OPENAI_API_KEY": KEY, "OPENAI_MODEL": "mock-model",
            "QWEN_TELEMETRY_ENABLED": "false"}  # fmt: skip


_OPENAI = ("--auth-type", "openai")
_PRO = ("-m", "gemini-2.5-pro")
_CODE = ("@anthropic-ai/claude-code@2.1.332",)
_OPEN = ("opencode-ai@1.18.33",)
_GEM = ("@google/gemini-cli@0.61.0",)
_QW = ("@qwen-code/qwen-code@0.24.4",)

COMMANDS: tuple[Program, ...] = (
    Program("claude", _claude, packages=_CODE),
    Program("codex", _codex, packages=("@openai/codex@0.171.0",)),
    Program("opencode", _opencode, packages=_OPEN),
    Program("gemini", _gemini, _PRO, packages=_GEM),
    Program("qwen", _qwen, _OPENAI, packages=_QW),
)
ACP: tuple[Program, ...] = (
    Program("claude", _claude, acp=True, packages=("@agentclientprotocol/claude-agent-acp@0.101.0", *_CODE)),
    Program("opencode", _opencode, acp=True, packages=_OPEN),
    Program("gemini", _gemini, _PRO, acp=True, packages=_GEM),
    Program("qwen", _qwen, _OPENAI, acp=True, packages=_QW),
)


def definition(program: Program, url: str, home: Path, *, role: str = "developer") -> dict[str, Any]:
    """The agent's entry under `agents:`, with its `home` and the provider at `url`."""
    home.mkdir(parents=True, exist_ok=True)
    backend = "acp" if program.acp else "command"
    found = presets(backend)[program.preset].fields(role=role)
    found["command"] = [*found["command"], *program.more]
    told = dict(program.sets(url, home))
    found["env"] = {
        **found.get("env", {}),
        **told,
        "HOME": str(home),
        "PATH": path_of(program),
        "NO_PROXY": "127.0.0.1",
    }
    return found


def path_of(program: Program) -> str:
    """The PATH on which its programs are."""
    return os.pathsep.join([*(str(place) for place in _places(program)), os.environ["PATH"]])


def missing(program: Program) -> str | None:
    """Why it cannot be started here; None where it can."""
    if not os.environ.get("TEST_AGENTS"):
        return "set TEST_AGENTS to what `bash .ci/agents` prints"
    gone = [str(place) for place in _places(program) if not place.is_dir()]
    return f"not installed: {', '.join(gone)}" if gone else None


def _places(program: Program) -> Iterator[Path]:
    folder = Path(os.environ.get("TEST_AGENTS", "/nowhere"))
    for package in program.packages:
        yield folder / package.replace("/", "-").replace("@", "-") / "node_modules" / ".bin"
    yield folder / f"{_NODE}-22.23.3" / "node_modules" / _NODE / "bin"
