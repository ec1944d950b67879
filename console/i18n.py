"""Owns the language of everything that a person sees: gettext, English msgids, catalogs in config/translations.

The language is a process-wide choice made once at the start (and by tests); nothing here draws or stores.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from console.shipped_files import shipped

if TYPE_CHECKING:
    import gettext  # loaded where another language is asked for: `blackboard` starts often

__all__ = ("LANGUAGES", "N_", "_", "choose_language", "language", "ngettext", "use_language", "words_in")

DOMAIN = "moziplus"
LANGUAGES = ("en", "zh")
_CATALOGS = {"zh": "zh_CN"}
_current: gettext.NullTranslations | None = None
"""None for English, in which everything is written."""
_language = "en"


def _(message: str) -> str:
    """`message` in the language in use."""
    return _current.gettext(message) if message and _current is not None else message


def ngettext(one: str, many: str, n: int) -> str:
    """`one` or `many` in the language in use."""
    if _current is None:
        return one if n == 1 else many
    return _current.ngettext(one, many, n)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name, which extraction tools look for
    """Mark a msgid that is translated later, where it is shown."""
    return message


def language() -> str:
    """`en` or `zh`."""
    return _language


def choose_language(environ: Mapping[str, str], setting: str | None = None) -> str:
    """The language that a setting, else LC_ALL, LC_MESSAGES or LANG, in this order, asks for; English where none is ours."""
    for wanted in (setting, environ.get("LC_ALL"), environ.get("LC_MESSAGES"), environ.get("LANG")):
        if wanted and wanted != "auto":
            return "zh" if wanted.lower().startswith("zh") else "en"
    return "en"


def words_in(wanted: str) -> Callable[[str], str]:
    """What `_` is in the language `wanted`, whatever is in use; for texts that outlive this process."""
    found = _loaded(wanted)
    return _english if found is None else found.gettext


def _english(message: str) -> str:
    return message


def use_language(wanted: str) -> None:
    """Show everything from now on in `wanted`; an unknown one is English."""
    global _current, _language
    _current = _loaded(wanted)
    _language = "en" if _current is None else wanted


def _loaded(wanted: str) -> gettext.NullTranslations | None:
    if (catalog := _CATALOGS.get(wanted)) is None:
        return None
    import gettext

    return gettext.translation(DOMAIN, shipped("config", "translations"), [catalog], fallback=True)
