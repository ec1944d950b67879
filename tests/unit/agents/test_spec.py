"""Promises of the start spec: it survives its JSON, builds the agent's arguments and environment, and holds no secret."""

from __future__ import annotations

import os
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from console.agents.layout import lay_out
from console.agents.shim import shim_text
from console.agents.spec import ARGUMENT_BYTES, StartSpec, arguments, environment
from console.errors import NotStartable, UsageError

SPEC = StartSpec(
    home="/h",
    project="quant",
    project_folder="/h/projects/quant",
    task=12,
    task_dir="/h/projects/quant/artifacts/12",
    agent="dev",
    session="0" * 36,
    fence=3,
    backend="command",
    command=("run", "--task={task}", "{prompt_file}", "{session}/{project}"),
    prompt_file="/h/runs/r/agents/dev/s/prompt.md",
    cwd="/",
)


def test_a_spec_survives_its_json_and_a_later_version_with_more_fields() -> None:
    assert StartSpec.from_json(SPEC.as_json()) == SPEC
    assert StartSpec.from_json(SPEC.as_json().replace('"task":', '"later": 1, "task":')) == SPEC
    for broken in ("", "[]", "{}", '{"home": 1}'):
        with pytest.raises(UsageError):
            StartSpec.from_json(broken)


def test_placeholders_are_replaced_once_and_a_placeholder_in_the_prompt_stays() -> None:
    assert arguments(SPEC, "p") == ["run", "--task=12", SPEC.prompt_file, f"{SPEC.session}/quant"]
    told = replace(SPEC, command=("run", "say: {prompt}!"), prompt_by="argument")
    assert arguments(told, "do {task} and {prompt}") == ["run", "say: do {task} and {prompt}!"]
    assert arguments(replace(told, command=("run",)), "last") == ["run", "last"]


def test_a_prompt_too_long_for_an_argument_is_refused_with_what_to_do() -> None:
    told = replace(SPEC, command=("run",), prompt_by="argument")
    assert len(arguments(told, "x" * ARGUMENT_BYTES)[1]) == ARGUMENT_BYTES
    with pytest.raises(NotStartable, match="prompt: file"):
        arguments(told, "长" * (ARGUMENT_BYTES // 3 + 1))


def test_the_environment_forgets_an_outer_session_and_puts_the_folder_first_on_path() -> None:
    outer = {"MOZIPLUS_SESSION": "other", "MOZIPLUS_SEAT": "9", "MOZIPLUS_X": "1", "PATH": "/bin", "API_KEY": "k"}
    env = environment(SPEC, outer)
    assert env["MOZIPLUS_SESSION"] == SPEC.session
    assert env["MOZIPLUS_SEAT"] == "" and "MOZIPLUS_X" not in env
    assert env["PATH"] == "/h/runs/r/agents/dev/s:/bin"
    assert env["API_KEY"] == "k" and "k" not in SPEC.env.values()


def test_an_agent_is_told_its_own_folder_and_not_the_one_in_which_we_were_started() -> None:
    outer = {"PWD": "/where/the/operator/was", "OLDPWD": "/before/that", "PATH": "/bin"}
    env = environment(SPEC, outer)
    assert env["PWD"] == SPEC.cwd, "some programs believe it more than where they are"
    assert "OLDPWD" not in env


def test_the_shim_bakes_any_path_in_and_passes_arguments_through(tmp_path: Path) -> None:
    hard = 'it\'s a $HOME `x` "q" 主目录\nline'
    text = shim_text(replace(SPEC, home=hard, task_dir=f"/{hard}/t"))
    head, _, _ = text.rpartition("exec ")
    script = tmp_path / "shim"
    script.write_text(head + 'printf "%s|" "$MOZIPLUS_HOME" "$MOZIPLUS_TASK_DIR" "$MOZIPLUS_FENCE" "$@"\n')
    said = subprocess.run(
        ["sh", str(script), "a b", "*", "$x"], capture_output=True, text=True, check=True, env={"MOZIPLUS_FENCE": "99"}
    ).stdout
    assert said == f"{hard}|/{hard}/t|3|a b|*|$x|"


def test_a_laid_out_folder_is_private_and_its_shim_can_be_run(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        folder = lay_out(replace(SPEC, prompt_file=str(tmp_path / "a" / "s 空格" / "prompt.md")), "做吧\n")
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.shim.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.start.stat().st_mode) == stat.S_IMODE(folder.prompt.stat().st_mode) == 0o600
    assert folder.prompt.read_text(encoding="utf-8") == "做吧\n"
    assert sorted(p.name for p in folder.path.iterdir()) == [
        "bash_env.sh",
        "blackboard",
        "prompt.md",
        "start.json",
        "zsh",
    ]


def test_a_variable_of_its_own_goes_over_what_it_inherits_and_under_its_session() -> None:
    own = replace(SPEC, env={"LANG": "C", "MOZIPLUS_TASK": "9", "PATH": "/own/bin"})
    env = environment(own, {"LANG": "de_DE", "PATH": "/bin"})
    assert (env["LANG"], env["MOZIPLUS_TASK"]) == ("C", "12")
    assert env["PATH"] == f"{SPEC.folder}:/own/bin"


def test_the_folders_of_a_session_can_be_named_in_its_command() -> None:
    told = replace(SPEC, command=("run", "{task_dir}", "{project_folder}/x", "{session_folder}"))
    assert arguments(told, "p")[1:] == [SPEC.task_dir, f"{SPEC.project_folder}/x", str(SPEC.folder)]
