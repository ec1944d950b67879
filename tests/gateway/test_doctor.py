"""Promises what the doctor says of real gateways of both releases, and that it waits long enough for a wrong token."""

from __future__ import annotations

import json
from pathlib import Path

from console.home import Home
from console.making import NewProject, make_project, prepare_home
from tests.gateway.conftest import World
from tests.gateway.openclaw import TOKEN
from tests.program import moziplus


def said(world: World, home: Path, token: str) -> dict[str, str]:
    """State → what the doctor means, of the gateway's lines."""
    made = prepare_home(Home(home))
    if not (made.projects / "quant").exists():
        make_project(made, NewProject(id="quant", agents=("zhangfei-dev", "nobody-here")))
    (made.config / "default.yaml").write_text(json.dumps({"gateway": {"url": world.gateway.url}}))
    done = moziplus("doctor", "--json", home=home, OPENCLAW_GATEWAY_TOKEN=token)
    assert not token or token not in done.out + done.err
    return {f"{row['state']}: {row['means']}": row["do"] for row in done.records if row["check"] == "gateway"}


def test_a_gateway_that_is_up_is_told_and_which_agents_it_lacks(world: World, tmp_path: Path) -> None:
    lines = said(world, tmp_path / "home", TOKEN)
    assert any(line.startswith("ok: ") and world.gateway.release in line for line in lines), lines
    (lacks,) = [line for line in lines if line.startswith("wrong: ")]
    assert "nobody-here" in lacks and "openclaw agents add" in lines[lacks]


def test_a_token_that_is_wrong_or_not_there_is_told_as_such(world: World, tmp_path: Path) -> None:
    where, missing = said(world, tmp_path / "home", "")
    assert "gateway.url of the settings" in where and missing.startswith("wrong: there is no token")
    where, refused = said(world, tmp_path / "home", "a-wrong-token-that-nobody-may-see")
    assert "its secret from OPENCLAW_GATEWAY_TOKEN" in where
    assert "refuses our token" in refused


def test_beside_a_running_openclaw_nothing_is_configured(world: World, tmp_path: Path) -> None:
    made = prepare_home(Home(tmp_path / "home"))
    make_project(made, NewProject(id="quant", agents=("zhangfei-dev",)))
    config = str(world.gateway.folder / "openclaw.json")
    done = moziplus("doctor", "--json", home=tmp_path / "home", OPENCLAW_CONFIG_PATH=config)
    lines = [row["means"] for row in done.records if row["check"] == "gateway" and row["state"] == "ok"]
    assert f"gateway.port of {config}, its secret from gateway.auth.token of {config}" in lines[0], done
    assert world.gateway.release in lines[1] and TOKEN not in done.out + done.err
