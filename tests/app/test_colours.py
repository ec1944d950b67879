"""Promises that every theme of ours can be read: contrast as WCAG 2.2 counts it, and for eyes that lack a kind of cone."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from textual.color import Color
from textual.theme import Theme

from console.app.themes import BLUE_ORANGE, CONTRAST, CONTRAST_LIGHT, RED_CYAN, THEMES
from widgets.palette import ROLES, style_for

ROLES_OF_MEANING = ("primary", "secondary", "accent", "success", "warning", "error")
# How a colour looks without one kind of cone, in linear RGB: Machado, Oliveira, Fernandes 2009, severity 1.0.
SEEN = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: Color) -> tuple[float, ...]:
    """Linear light of sRGB, 0 to 1."""
    parts = (part / 255 for part in colour.rgb)
    return tuple(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)


def luminance(colour: Color) -> float:
    """Relative luminance."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """1 to 21."""
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def lab(light: tuple[float, ...]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear RGB."""
    red, green, blue = (min(1.0, max(0.0, part)) for part in light)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: Color, other: Color, eyes: str) -> float:
    """How far two colours lie apart for these eyes, in CIE76."""

    def seen(colour: Color) -> tuple[float, float, float]:
        light = linear(colour)
        return lab(tuple(sum(a * b for a, b in zip(row, light, strict=True)) for row in SEEN[eyes]))

    return math.dist(seen(one), seen(other))


def drawn(theme: Theme, role: str) -> Color:
    """The colour in which a role is drawn."""
    colours = theme.to_color_system().generate() | theme.variables
    style = style_for(role, "", colours, Color.parse(theme.background or ""))
    assert style.color is not None
    return Color.from_rich_color(style.color)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_carries_meaning_can_be_read(theme: Theme) -> None:
    least = 7.0 if theme in (CONTRAST, CONTRAST_LIGHT) else 4.5
    ground = Color.parse(theme.background or "")
    for role in ("text", *ROLES_OF_MEANING):
        assert contrast(drawn(theme, role), ground) >= least, role
    assert contrast(drawn(theme, "dim"), ground) >= (7.0 if least == 7.0 else 3.0)


def test_high_contrast_draws_faint_things_stronger_than_the_others() -> None:
    assert contrast(drawn(CONTRAST, "rule"), Color.parse("#000000")) > 3 > ROLES["rule"][1]


@pytest.mark.parametrize(
    ("theme", "eyes"), [(BLUE_ORANGE, "protan"), (BLUE_ORANGE, "deutan"), (RED_CYAN, "tritan")], ids=str
)
def test_good_middling_and_bad_are_told_apart_by_eyes_without_a_kind_of_cone(theme: Theme, eyes: str) -> None:
    for one, other in combinations(("success", "warning", "error", "text"), 2):
        assert apart(drawn(theme, one), drawn(theme, other), eyes) >= 20, (one, other)
