"""Owns what a service of a home is: its program, its environment, its logs, the same for every manager.

Takes the environment as data. Holds values of variables only where the operator named them for it.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from console.errors import UsageError
from console.home import Home
from console.own_python import python_command
from console.redact import HIDDEN

__all__ = ("NAME", "ServicePlan", "plan_for", "program", "search_path")

NAME = "moziplus"
"""The name of a service where none is given."""
_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")
_HOLDS_OVER_CONFIG = ("INBOX_PATH", "LOG_LEVEL")
"""Variables that settings give way to: a service that forgot them would not do what `moziplus run` does here."""
_UTF8 = re.compile(r"\.utf-?8\b", re.IGNORECASE)
_SYSTEM = (os.path.join("/opt", "homebrew", "bin"), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePlan:
    """One scheduler of one home, as a service of its user."""

    name: str
    """`moziplus`, or what the operator calls the service of a further home."""
    home: Path
    """Absolute."""
    program: tuple[str, ...]
    """What to run, before its arguments."""
    environment: Mapping[str, str]
    """PATH, a UTF-8 locale, and what else the scheduler needs."""
    secret: frozenset[str] = frozenset()
    """Names in `environment` whose values are never shown."""

    @property
    def command(self) -> tuple[str, ...]:
        """The whole command line."""
        return (*self.program, "--home", str(self.home), "run")

    def shown(self) -> ServicePlan:
        """The same without the values that are never shown."""
        hidden = {name: HIDDEN if name in self.secret else value for name, value in self.environment.items()}
        return replace(self, environment=hidden)

    @property
    def out_log(self) -> Path:
        """Where stdout goes."""
        return self.home / "logs" / "service.out.log"

    @property
    def err_log(self) -> Path:
        """Where stderr goes: what even the log could not take."""
        return self.home / "logs" / "service.err.log"


def plan_for(
    home: Home, environ: Mapping[str, str], *, name: str = NAME, keep: tuple[str, ...] = (), mac: bool | None = None
) -> ServicePlan:
    """The service of `home` as this shell would run it; `keep` names variables whose values go into the file.

    Raises UsageError for a name that no manager takes, for a variable that is not set, for a path that no file can hold.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name[:40]!r} cannot be the name of a service: use a-z, 0-9 and -, as in moziplus-lab")
    unset = [variable for variable in keep if not environ.get(variable)]
    if unset:
        raise UsageError(f"{', '.join(unset)} cannot be kept: not set in this shell; set it here, then install again")
    given = {variable: environ[variable] for variable in _HOLDS_OVER_CONFIG if environ.get(variable)}
    values = {
        "PATH": search_path(environ),
        "LANG": _utf8_locale(environ, sys.platform == "darwin" if mac is None else mac),
        "PYTHONUTF8": "1",
        **given,
        **{variable: environ[variable] for variable in keep},
    }
    for what in (str(home.path), *values.values()):
        if not what.isprintable():
            raise UsageError(f"{what[:60]!r} cannot be written into a service file: it holds control characters")
    return ServicePlan(name=name, home=home.path, program=program(), environment=values, secret=frozenset(keep))


def program() -> tuple[str, ...]:
    """The installed `moziplus` beside this interpreter, else this interpreter with the code that runs now."""
    script = Path(sys.executable).with_name("moziplus")
    return (str(script),) if os.access(script, os.X_OK) else tuple(python_command("console.cli.main"))


def search_path(environ: Mapping[str, str]) -> str:
    """PATH as this shell has it, without what is relative or double, and with the system's own folders at its end."""
    found = [part for part in environ.get("PATH", "").split(os.pathsep) if os.path.isabs(part)]
    system = [part for part in _SYSTEM if os.path.isdir(part)]
    return os.pathsep.join(dict.fromkeys([*found, *system]))


def _utf8_locale(environ: Mapping[str, str], mac: bool) -> str:
    """launchd and systemd start programs in the C locale, in which a title in Chinese is unreadable."""
    given = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return given if _UTF8.search(given) else "en_US.UTF-8" if mac else "C.UTF-8"
