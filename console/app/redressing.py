"""Owns what becomes of a running console when its person's wishes are others: it wears them at once, or says why not.

A file with a mistake changes nothing: the wishes of before stay in force until it is mended.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.theme import Theme

from console.actions.registry import use_keys
from console.app.dressing import no_theme, say, slide
from console.app.driver import ConsoleDriver
from console.app.errands import Fetched, FetchFile
from console.app.in_sight import in_sight
from console.app.keymap import keys_with
from console.app.preferences import Preferences, config_file
from console.app.speaking import speak
from console.app.themes import DARK, known_theme
from console.app.wishes import Wished, Wishes
from console.i18n import _, choose_language
from widgets.marks import ASCII, UNICODE

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("wishes_of",)


def wishes_of(app: Console) -> Wishes:
    """Who looks at the files of this console's person, in the feed's thread; what they say is put on in the app's own."""

    def tell(wished: Wished) -> None:
        app.post_message(Fetched(FetchFile(lambda: wished, lambda found: _wear(app, found)), wished))

    return Wishes(app.environ, app.clock, tell)


def _wear(app: Console, wished: Wished) -> None:
    was, wanted, own = app.wanted, wished.wanted, _themes(app, wished)
    wrong = [*wanted.problems]
    if wanted.theme != was.theme:  # one that was missing already was told of then
        wrong += filter(None, (no_theme(wanted, own),))
    if wrong:
        say(app, [*wrong, *wished.torn], then=_("What was in force before stays so until that is mended."))
        return
    app.wanted = replace(wanted, problems=wished.torn)
    _colours(app, was, wished, own)
    if (wanted.keymap, wanted.keys) != (was.keymap, was.keys):
        use_keys(keys_with(wanted.keymap, wanted.keys))
    app.terminal.bell = wanted.bell
    slide(app)
    if isinstance(driver := app._driver, ConsoleDriver) and wanted.mouse != was.mouse:
        driver.use_mouse(on=wanted.mouse)
    app.look = replace(app.look, glyphs=ASCII if wanted.ascii_marks else UNICODE)
    if wanted.language != was.language:
        speak(app, choose_language(app.environ, wanted.language))
    elif (view := in_sight(app)) is not None:
        view.present(app.world, app.look)
    told = _("In force from now on: {file}").format(file=config_file(app.environ))
    app.notify(told, title=_("Console settings"), markup=False, timeout=4)
    say(app, wished.torn)


def _themes(app: Console, wished: Wished) -> tuple[Theme, ...]:
    """A person's own as they are now; one that is torn or gone stays as it was worn last."""
    now = {theme.name: theme for theme in wished.own}
    return tuple(({theme.name: theme for theme in app.own_themes} | now).values())


def _colours(app: Console, was: Preferences, wished: Wished, own: tuple[Theme, ...]) -> None:
    """What was chosen meanwhile by `:theme` stays where the file does not ask for another than before."""
    worn = app.current_theme
    app.own_themes = own
    for theme in wished.own:
        app.register_theme(theme)
    if wished.wanted.theme != was.theme:
        app.theme = known_theme(wished.wanted.theme, own) or DARK.name
    if app.theme == worn.name and app.current_theme != worn:  # the same name, but other colours
        app.mutate_reactive(type(app).theme)
