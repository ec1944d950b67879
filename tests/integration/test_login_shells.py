"""Promises that real login shells find `blackboard` after their profile, and read the operator's own files."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from console.agents.layout import lay_out
from console.agents.spec import environment
from tests.unit.agents.test_spec import SPEC

RESETS = "PATH=/usr/bin:/bin; export PATH; OWN=${OWN-}%s\n"


@pytest.mark.parametrize(
    ("shell", "options", "files", "own"),
    [
        ("bash", ["-lc"], (".bash_profile",), ".bash_profile"),
        ("bash", ["-c"], (), ""),
        ("zsh", ["-lc"], (".zshenv", ".zprofile", ".zlogin"), ".zshenv.zprofile.zlogin"),
        ("zsh", ["-c"], (".zshenv",), ".zshenv"),
        ("zsh", ["-lic"], (".zshenv", ".zprofile", ".zshrc", ".zlogin"), ".zshenv.zprofile.zshrc.zlogin"),
    ],
)
@pytest.mark.parametrize("elsewhere", [False, True], ids=["in-home", "elsewhere"])
def test_a_login_shell_finds_blackboard_after_the_operators_own_files(
    tmp_path: Path, shell: str, options: list[str], files: tuple[str, ...], own: str, elsewhere: bool
) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    home = tmp_path / "user"
    place = home / "dots" if elsewhere and shell == "zsh" else home
    place.mkdir(parents=True)
    for name in files:
        (place / name).write_text(RESETS % name)
    spec = replace(SPEC, prompt_file=str(tmp_path / "it's a session" / "prompt.md"), cwd=str(tmp_path))
    lay_out(spec, "do it")
    inherited = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C"}
    if elsewhere:
        inherited |= {"ZDOTDIR": str(place)} if shell == "zsh" else {"BASH_ENV": str(home / "own.sh")}
        (home / "own.sh").write_text("OWN=${OWN-}+env\n")
    env = environment(spec, inherited)
    line = 'command -v blackboard; echo "own=$OWN"; sh -c "command -v blackboard"'
    done = subprocess.run([shell, *options, line], env=env, capture_output=True, text=True, timeout=60)
    said = done.stdout.splitlines()
    assert [said[0], said[2]] == [str(spec.folder / "blackboard")] * 2, done
    assert said[1] == f"own={own}{'+env' if elsewhere and shell == 'bash' else ''}", done
