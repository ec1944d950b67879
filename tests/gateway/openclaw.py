"""Owns real OpenClaw Gateways under test: where they are installed, their config, their process from start to end.

Each has a folder of its own and knows only loopback: its one model provider is the tests'.
"""

from __future__ import annotations

import json
import os
import pwd
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

AGENTS = ("zhangfei-dev", "guanyu-dev", "simayi-challenger")
ASKS = "zhaoyun-asks"
"""An agent whose commands want leave."""
RELEASES = {"2026.5.7": "22.23.3", "2026.9.6": "24.21.0"}
"""Release → the Node that it runs on, as in .ci/gateways."""
DRAIN = 360.0
"""Seconds within which a gateway that was told to end is gone. 2026.9.6 gives itself 325; it needs them all where its own
ledger, busy just then, missed the end of a run ("failed to finalize tracked agent task"), although nothing goes on.
"""
_OWN_FAULT = re.compile(
    rb"lane task error: [^\n]*(?:Agent database|another OpenClaw process owns state-lifecycle)"
    rb"|Agent database execution admission is closed"
)
_TOO_LATE = "lease heartbeat did not become ready"
"""2026.9.6 gives that five seconds, which a busy machine may need for less."""
TOKEN = "loopback-token-of-the-tests-0123456789"


def installs() -> Path:
    """The folder into which .ci/gateways installs."""
    named = os.environ.get("TEST_GATEWAYS")
    return Path(named) if named else Path(pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "moziplus" / "gateways"


def missing(release: str) -> str | None:
    """Why this release cannot be run here, or None."""
    names = (f"node-{RELEASES[release]}", f"openclaw-{release}")
    lacking = [name for name in names if not (installs() / name / "installed").exists()]
    return (
        f"not installed: {', '.join(lacking)} in {installs()}; `bash .ci/gateways` installs them" if lacking else None
    )


class OpenClaw:
    """One gateway: its folder, its port, its process."""

    def __init__(self, folder: Path, release: str, provider: str, **config: Any) -> None:
        self.release = release
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.ended = False
        """It was told to end."""
        for name in ("home", "state", "work"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        settings = _config(folder, release, self.port, provider)
        settings["gateway"].update(config)
        (folder / "openclaw.json").write_text(json.dumps(settings), encoding="utf-8")

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, wait: bool = True) -> OpenClaw:
        """Start it on its folder, again after an end; `wait` until it is ready."""
        self.ended = False
        with (self.folder / "gateway.out").open("ab") as out:
            self.process = subprocess.Popen(
                [_node(self.release), _program(self.release), "gateway", "run", "--port", str(self.port)]
                + ["--bind", "loopback"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self._environment(),
                cwd=self.folder,
                start_new_session=True,
            )
        if wait:
            self.wait_until_ready()
        return self

    def wait_until_ready(self, seconds: float = 180.0, *, again: int = 3) -> None:
        """Fails with the end of its log where it does not become ready; one that gave itself too little time begins `again`."""
        end = time.monotonic() + seconds
        while not self.ready():
            assert self.process is not None
            if self.process.poll() is not None:
                assert _TOO_LATE in self.log() and again > 0, f"the gateway ended: {self.log()}"
                self.start(wait=False)
                return self.wait_until_ready(again=again - 1)
            assert time.monotonic() < end, f"the gateway is not ready: {self.log()}"
            time.sleep(0.1)

    def ready(self) -> bool:
        """Whether it says so."""
        try:
            with _direct.open(f"{self.url}/readyz", timeout=3) as answer:
                return bool(json.load(answer)["ready"])
        except (OSError, ValueError, KeyError):
            return False

    def usable(self) -> bool:
        """Whether it is up, not about to end, and able to run agents; a busy one is given time to say so."""
        end = time.monotonic() + 30
        while not (self.gone() or self.ended or self.own_fault()) and time.monotonic() < end:
            if self.ready():
                return True
            time.sleep(0.2)
        return False

    def own_fault(self) -> bool:
        """Whether it has said that it could not run an agent: 2026.9.6 may, where the machine gives it no time."""
        out = self.folder / "gateway.out"
        return out.exists() and _OWN_FAULT.search(out.read_bytes()) is not None

    def log(self) -> str:
        """The end of what it printed."""
        return (self.folder / "gateway.out").read_text(encoding="utf-8", errors="replace")[-3000:]

    def kill9(self) -> None:
        """As if the machine took it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def terminate(self) -> None:
        """Ask it to end; with a run under way it drains."""
        assert self.process is not None
        self.ended = True
        self.process.terminate()

    def gone(self) -> bool:
        """Whether its process has ended, or never began."""
        return self.process is None or self.process.poll() is not None

    def end(self) -> None:
        """Gone, in whatever state it was; nothing of what goes on in it is waited for."""
        if not self.gone():
            self.kill9()

    def _environment(self) -> dict[str, str]:
        """Nothing of the caller's; every road out of loopback leads nowhere."""
        node = os.path.dirname(_node(self.release))
        nowhere = "http://127.0.0.1:9"
        return {
            "PATH": f"{node}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "OPENCLAW_HOME": str(self.folder / "home"),
            "OPENCLAW_STATE_DIR": str(self.folder / "state"),
            "OPENCLAW_CONFIG_PATH": str(self.folder / "openclaw.json"),
            "OPENCLAW_GATEWAY_PORT": str(self.port),
            "OPENCLAW_GATEWAY_TOKEN": TOKEN,
            "OPENCLAW_SKIP_CHANNELS": "1",
            "OPENCLAW_DISABLE_BONJOUR": "1",
            "OPENCLAW_NO_RESPAWN": "1",
            "NO_COLOR": "1",
            "DO_NOT_TRACK": "1",
            "HTTP_PROXY": nowhere,
            "HTTPS_PROXY": nowhere,
            "NO_PROXY": "127.0.0.1,localhost",
        }


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    """A port that is free now, and free two above it, where the older release also listens."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 2))
            except (OSError, OverflowError):
                continue
            return port


def _node(release: str) -> str:
    (found,) = (installs() / f"node-{RELEASES[release]}" / "node_modules").glob(f"node-{sys.platform}-*/bin/node")
    return str(found)


def _program(release: str) -> str:
    return str(installs() / f"openclaw-{release}" / "node_modules" / "openclaw" / "openclaw.mjs")


def _config(folder: Path, release: str, port: int, provider: str) -> dict[str, Any]:
    workspaces: dict[str, Any] = {name: {"workspace": str(folder / "work" / name)} for name in (*AGENTS, ASKS)}
    defaults = {
        "model": {"primary": "mock/mock-1"},
        "skipBootstrap": True,
        "heartbeat": {"every": "0m"},
        "subagents": {"allowAgents": ["*"]},
    }
    old = release.startswith("2026.5.")
    workspaces[ASKS]["tools"] = {"exec": {"security": "allowlist", "ask": "on-miss"} if old else {"mode": "ask"}}
    roster = {"list": [{"id": name, **rest} for name, rest in workspaces.items()]}
    team = roster if old else {"ownership": "explicit", "entries": workspaces}
    model = {
        "id": "mock-1",
        "name": "Mock 1",
        "reasoning": False,
        "input": ["text"],
        "cost": {"input": 1, "output": 2, "cacheRead": 0, "cacheWrite": 0},
        "contextWindow": 128_000,
        "maxTokens": 4096,
    }
    mock = {"baseUrl": provider, "apiKey": "none", "api": "openai-completions", "models": [model]}
    return {
        "gateway": {
            "mode": "local",
            "bind": "loopback",
            "port": port,
            "auth": {"mode": "token", "token": TOKEN},
            "controlUi": {"enabled": False},
        },
        "logging": {"file": str(folder / "openclaw.log"), "level": "info"},
        "update": {"checkOnStart": False},
        "discovery": {"mdns": {"mode": "off"}},
        "models": {
            "mode": "replace",
            "providers": {"mock": mock},
            **({"pricing": {"enabled": False}} if old else {}),
        },
        "agents": {"defaults": defaults, **team},
    }
