"""Owns what `agent add --acp` writes: for each program that was tried over ACP, its whole definition, as data.

Starts nothing and reads no file.
"""

from __future__ import annotations

import json

from console.agents.preset import ACP, Preset

__all__ = ("ACP_PRESETS",)

_ASKS = {"mode": "default"}

ACP_PRESETS: tuple[Preset, ...] = (
    Preset(
        name="claude",
        backend=ACP,
        command=("claude-agent-acp",),
        prompt="",
        usage="",
        options=_ASKS,
        version="claude-agent-acp 0.101.0",
        needs="`npm install -g @agentclientprotocol/claude-agent-acp`, and a login of Claude Code or ANTHROPIC_API_KEY",
        lacks="its mode `auto` refuses everything where its provider has no classifier; at a limit it tries for three minutes",
    ),
    Preset(
        name="codex",
        backend=ACP,
        command=("codex-acp",),
        prompt="",
        usage="",
        version="codex-acp 0.16.0",
        needs="`npm install -g @zed-industries/codex-acp`, a login (`codex login`), and bubblewrap for its sandbox",
        lacks="it tells no tokens and no cost; it does not end by itself, and is ended",
    ),
    Preset(
        name="opencode",
        backend=ACP,
        command=("opencode", "acp"),
        prompt="",
        usage="",
        env={"OPENCODE_PERMISSION": json.dumps({"bash": "ask", "edit": "ask"})},
        version="1.18.33",
        needs="a provider (`opencode auth login`)",
        lacks="of its tokens it tells those of the last step only; its cost is true",
    ),
    Preset(
        name="gemini",
        backend=ACP,
        command=("gemini", "--acp", "--skip-trust"),
        prompt="",
        usage="",
        options=_ASKS,
        version="0.61.0",
        needs="`security.auth.selectedType` in ~/.gemini/settings.json (start `gemini` once), and what that asks for",
        lacks="it names a long command by its description alone, and rules on commands do not see it; it tells no cost",
    ),
    Preset(
        name="qwen",
        backend=ACP,
        command=("qwen", "--acp"),
        prompt="",
        usage="",
        options=_ASKS,
        version="0.24.4",
        needs="a login or `--auth-type openai` with OPENAI_API_KEY",
        lacks="it tells no cost",
    ),
    Preset(
        name="vibe",
        backend=ACP,
        command=("vibe-acp",),
        prompt="",
        usage="",
        version="3.0.3",
        needs="MISTRAL_API_KEY, or a provider in its config.toml",
        lacks="it does not go on with a conversation",
    ),
    Preset(
        name="hermes",
        backend=ACP,
        command=("hermes", "acp"),
        prompt="",
        usage="",
        version="0.19.0",
        needs="`pip install 'hermes-agent[acp]'`, and a provider (`hermes setup`)",
        lacks="it needs a quarter of a minute to begin, and asks leave for little",
    ),
)
"""In the order in which they are offered."""
