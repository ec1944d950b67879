"""Owns the check of the locale: UTF-8 here and where agents are started, so that 量化实战 stays readable."""

from __future__ import annotations

import locale
import re
from collections.abc import Iterator, Mapping

from console.cli.doctor.line import Line, ok, warn
from console.cli.doctor.place import Place

__all__ = ("check",)

_DO = "`export LANG=en_US.UTF-8` (or zh_CN.UTF-8, C.UTF-8) in the shell's profile"


def check(place: Place) -> Iterator[Line]:
    """This shell's locale, then the scheduler's."""
    name = _named(place.environ)
    if not _utf8(name):
        yield warn(f"the locale of this shell is {name or 'not set'}, not UTF-8", _DO)
    elif not _known():
        yield warn(f"this machine does not have the locale {name}", f"choose one of `locale -a`; {_DO}")
    else:
        yield ok(f"the locale is {name}")
    environ, whose = place.scheduler_environ
    if environ is not place.environ and not _utf8(_named(environ)):
        yield warn(
            f"{whose} has no UTF-8 locale, and agents inherit that",
            "start it from a UTF-8 shell; a service: `moziplus service install ...` again",
        )


def _named(environ: Mapping[str, str]) -> str:
    return environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""


def _utf8(name: str) -> bool:
    return re.search(r"utf-?8", name, re.IGNORECASE) is not None


def _known() -> bool:
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        return False
    return True
