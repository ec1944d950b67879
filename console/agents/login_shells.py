"""Owns what makes a login shell find `blackboard`: files that put the session's folder first on PATH after the profile did.

bash reads BASH_ENV after its profile, also for `-lc`; zsh reads its own files from ZDOTDIR. Each of ours reads the
operator's own in the order and the place in which they would have been read, and changes nothing but PATH.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from shlex import quote

__all__ = ("BASH", "ZSH", "shell_environment", "shell_files")

BASH = "bash_env.sh"
ZSH = "zsh"
"""A folder in the session's folder, with zsh's own names in it."""
BASH_OWN, ZSH_OWN = "MOZIPLUS_BASH_ENV", "MOZIPLUS_ZDOTDIR"
"""Where the operator's own variables of these names are kept."""


def shell_environment(folder: Path, env: Mapping[str, str]) -> dict[str, str]:
    """The variables that lead shells to our files, and where the operator's own ones were."""
    return {
        BASH_OWN: env.get("BASH_ENV", ""),
        ZSH_OWN: env.get("ZDOTDIR", ""),
        "BASH_ENV": str(folder / BASH),
        "ZDOTDIR": str(folder / ZSH),
    }


def shell_files(folder: Path) -> dict[str, str]:
    """What to write, by its path below the session's folder."""
    first = f"case $PATH in {quote(str(folder))}:*) ;; *) PATH={quote(str(folder))}:$PATH; export PATH ;; esac\n"
    own = f'[ -z "${{{BASH_OWN}-}}" ] || [ ! -r "${BASH_OWN}" ] || . "${BASH_OWN}"\n'
    files = {BASH: own + first}
    for name in (".zshenv", ".zprofile", ".zshrc", ".zlogin"):
        files[f"{ZSH}/{name}"] = _zsh(name, folder) + first
    return files


def _zsh(name: str, folder: Path) -> str:
    """The operator's own file of that name, with ZDOTDIR as it was there; what it makes of that is kept."""
    ours = quote(str(folder / ZSH))
    return (
        f'if [[ -n "${{{ZSH_OWN}-}}" ]]; then ZDOTDIR="${ZSH_OWN}"; else unset ZDOTDIR; fi\n'
        f'[[ ! -r "${{ZDOTDIR:-$HOME}}/{name}" ]] || . "${{ZDOTDIR:-$HOME}}/{name}"\n'
        f'export {ZSH_OWN}="${{ZDOTDIR-}}" ZDOTDIR={ours}\n'
    )
