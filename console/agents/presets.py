"""Owns what `agent add` writes: for each agent program that was tried, its whole definition, as data.

Starts nothing and reads no file. docs/agents.md has a line of each, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from console.agents.acp.presets import ACP_PRESETS
from console.agents.preset import ACP, Preset
from console.records.agent import Agent

__all__ = ("ACP", "PRESETS", "Preset", "preset_notes", "presets")


_NO_SHELL = "without it no shell is offered to its model: it says that it is done, and nothing was done"
_READ = "without it nothing is known of what it used and of how it ended"

PRESETS: tuple[Preset, ...] = (
    Preset(
        name="claude",
        command=(
            *("claude", "-p", "--output-format", "stream-json", "--verbose", "--permission-mode", "acceptEdits"),
            *(
                "--add-dir",
                "{task_dir}",
                "--allowedTools",
                "Bash(blackboard:*)",
                "Read(/{project_folder}/artifacts/**)",
            ),
        ),
        usage="claude",
        model=("--model", "{model}"),
        version="2.1.332",
        needs="a login (`claude`, then /login) or ANTHROPIC_API_KEY",
        lacks="beside `blackboard` and what reads or writes files (`ls`, `cat`, `echo … > FILE`) each command is refused until"
        " --allowedTools names it, and one with $VAR or $(…) always",
        wants={"-p": "without it it waits for a terminal", "--output-format": _READ},
    ),
    Preset(
        name="codex",
        command=(
            *("codex", "exec", "--json", "--skip-git-repo-check", "--sandbox", "workspace-write"),
            *("--add-dir", "{project_folder}"),
        ),
        usage="codex",
        model=("-m", "{model}"),
        version="0.171.0",
        needs="a login (`codex login`) or an API key",
        lacks="it tells no cost; its sandbox has no network (by its documentation)",
        wants={"exec": "without it it waits for a terminal", "--json": _READ},
    ),
    Preset(
        name="opencode",
        command=("opencode", "run", "--format", "json"),
        usage="opencode",
        model=("-m", "{model}"),
        version="1.18.33",
        needs="a provider (`opencode auth login`)",
        lacks="the request for a title is in none of its counts; each run leaves a file of 6 MB in the temporary folder",
        wants={"run": "without it it waits for a terminal", "--format": _READ},
    ),
    Preset(
        name="gemini",
        command=("gemini", "--output-format", "stream-json", "--approval-mode", "yolo", "--skip-trust"),
        usage="gemini",
        model=("-m", "{model}"),
        version="0.61.0",
        needs="`security.auth.selectedType` in ~/.gemini/settings.json (start `gemini` once), and what that asks for",
        lacks="it tries for four minutes before it tells of a limit; it tells no cost",
        wants={"--approval-mode": _NO_SHELL, "--output-format": _READ},
    ),
    Preset(
        name="qwen",
        command=("qwen", "--output-format", "stream-json", "--approval-mode", "yolo"),
        usage="qwen",
        model=("-m", "{model}"),
        version="0.24.4",
        needs="a login or `--auth-type openai` with OPENAI_API_KEY; `model.generationConfig.maxRetries: 1` in"
        " ~/.qwen/settings.json, else it tries for forty minutes at a limit",
        lacks="it tells no cost",
        wants={"--approval-mode": _NO_SHELL, "--output-format": _READ},
    ),
    Preset(
        name="pi",
        command=("pi", "-p", "--mode", "json"),
        usage="pi",
        model=("--model", "{model}"),
        version="1.5.2",
        needs="a provider (`pi`, then /login, or its models.json), and a model: `--model`, or the default in its settings.json",
        wants={"-p": "without it it waits for a terminal", "--mode": _READ},
    ),
    Preset(
        name="vibe",
        command=(
            *("vibe", "--prompt-file", "{prompt_file}", "--output", "streaming", "--output-dir", "{session_folder}"),
            *("--yolo", "--trust"),
        ),
        prompt="file",
        usage="vibe",
        version="3.0.3",
        tried=False,
        needs="MISTRAL_API_KEY, or a provider in its config.toml",
        wants={"--output-dir": _READ, "--yolo": _NO_SHELL},
    ),
    Preset(
        name="hermes",
        command=("hermes", "chat", "-Q", "--yolo", "-q", "{prompt}"),
        prompt="argument",
        usage="hermes",
        version="0.19.0",
        tried=False,
        needs="a provider (`hermes setup`)",
        lacks="it tells nothing of what it used; a prompt of more than 100,000 bytes does not reach it",
    ),
    Preset(
        name="gptme",
        command=("gptme", "-n", "--no-stream", "{prompt}"),
        prompt="argument",
        usage="gptme",
        version="0.35.1",
        needs="the key of its provider",
        lacks="it tells nothing of what it used; it ends at once where the path of its folder begins with the text of $HOME"
        " and goes on without a slash",
        wants={"-n": "without it it waits for a terminal"},
    ),
    Preset(
        name="mini",
        command=("mini", "-y", "--exit-immediately", "-o", "{session_folder}/mini.traj.json", "-t", "{prompt}"),
        prompt="argument",
        usage="mini",
        version="2.4.6",
        needs="a model (`mini-extra config setup`)",
        wants={
            "-y": "without it it waits for a terminal",
            "--exit-immediately": "without it it never ends",
            "-o": _READ,
        },
    ),
)
"""In the order in which they are offered. The first of a name is its way where none is asked for."""


def presets(backend: str | None = None) -> dict[str, Preset]:
    """By name: those of one backend, else the first of each name."""
    found: dict[str, Preset] = {}
    for one in (*PRESETS, *ACP_PRESETS):
        if backend in (None, one.backend):
            found.setdefault(one.name, one)
    return found


def preset_notes(agent: Agent, known: Iterable[Preset] = PRESETS) -> Iterator[str]:
    """What of a known program's arguments is missing in the agent's command, and what follows from it."""
    program = PurePath(agent.command[0]).name if agent.command else ""
    for one in known:
        if one.backend == agent.backend and one.command[0] == program:
            given = {part.partition("=")[0] for part in agent.command}
            yield from (f"its command lacks {flag}: {what}" for flag, what in one.wants.items() if flag not in given)
