"""Text is readable in light and dark: contrast computed from the tokens themselves."""

import re

import pytest

from tests.look.conftest import STATIC

GROUNDS = ("paper", "surface", "sunken")
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11

PAIRS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-soft") for ground in GROUNDS],
    *[("accent", ground, TEXT) for ground in ("paper", "surface", "sunken", "accent-soft")],
    *[("accent-strong", ground, TEXT) for ground in GROUNDS],
    *[("on-accent", ground, TEXT) for ground in ("accent", "accent-strong")],
    *[(tone, f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad", "info", "neutral")],
    *[("ink", f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad", "info", "neutral", "ochre")],
    *[("accent", f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad", "info", "neutral")],
    *[("ink-soft", f"{tone}-soft", TEXT) for tone in ("good", "warn", "bad", "info", "neutral")],
    *[("bad", ground, TEXT) for ground in ("paper", "surface")],
    ("paper", "bad", TEXT),
    *[(shape, ground, SHAPE) for shape in ("line-strong", "focus", "ochre") for ground in GROUNDS],
    *[(f"series-{number}", "surface", SHAPE) for number in range(1, 6)],
]  # fmt: skip


def tokens(name: str) -> dict[str, str]:
    css = (STATIC / "css" / name).read_text()
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


LIGHT = tokens("tokens.css")
SCHEMES = {"light": LIGHT, "dark": {**LIGHT, **tokens("dark.css")}}


def contrast(one: str, other: str) -> float:
    lights = sorted((luminance(one), luminance(other)), reverse=True)
    return (lights[0] + 0.05) / (lights[1] + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_contrast(scheme: str, ink: str, ground: str, least: float) -> None:
    colours = SCHEMES[scheme]

    assert contrast(colours[ink], colours[ground]) >= least


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_dark_gives_every_colour_of_light_but_the_mark() -> None:
    constant = {"mark-home", "mark-path"}

    assert set(LIGHT) - set(tokens("dark.css")) == constant


def test_only_the_tokens_name_colours() -> None:
    for name in ("base", "shell", "forms", "components", "tables"):
        css = (STATIC / "css" / f"{name}.css").read_text()
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b", css) == []
