"""Charts of group figures as SVG. For workers alone: the libraries behind it are too heavy for web processes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import altair as alt
import numpy as np
import vl_convert

LANGUAGES = ("ru", "en")
FONT = "system-ui, 'Segoe UI', Roboto, sans-serif"
INK, SOFT, GRID, PAPER = "#17252a", "#52646b", "#dbe3e5", "#ffffff"
LEVEL_RAMP = ((243, 213, 181), (224, 173, 122), (94, 156, 162), (10, 79, 86))
"""From the warm colour to the accent, each darker than the one before: they differ on grey paper too."""
DARK_BELOW = 110
"""Shades of less luminance than this (of 255) carry white figures."""
WRITTEN_FROM = 0.06
"""A part of a bar narrower than this share has no room for its figure; the table beside has it."""
WAVE_WORDS = {"ru": ("старт", "итог"), "en": ("start", "final")}
PEOPLE = {"ru": "Человек", "en": "People"}

NOT_DRAWN = re.compile(
    r'<path[^>]*(?: d=""| d="M0,0h0v0h0Z"|display="none")[^>]*/>'
    r'| (?:class|role|aria-[a-z]+|pointer-events)="[^"]*"| opacity="1"'
)
"""Empty paths, and descriptions of single marks: readers have the title of the figure and its table."""


class Size(NamedTuple):
    """Where a chart will be looked at."""

    name: str
    bars: int
    topic_at: Literal["left", "top"]
    """Side of the bars on which the topic stands."""
    spacing: int
    """Between topics."""


SIZES = (Size("wide", 800, "left", 8), Size("narrow", 238, "top", 14))


def draw(content: Mapping[str, Any]) -> dict[str, str]:
    """SVG by name: `levels.<language>.<size>`, where level counts may be shown at all."""
    charts = {}
    for language in LANGUAGES:
        bars = _level_bars(content, language)
        for size in SIZES if bars else ():
            charts[f"levels.{language}.{size.name}"] = _svg(
                _levels_chart(bars, content["levels"], language, size)
            )
    return charts


def _level_bars(content: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """A row of data for every part of every bar."""
    levels = content["levels"]
    inks = [PAPER if _luminance(shade) < DARK_BELOW else INK for shade in _shades(len(levels))]
    bars = []
    for scale in content["scales"]:
        for place, (name, wave) in enumerate(
            zip(("starting_levels", "final_levels"), WAVE_WORDS[language], strict=True)
        ):
            counts = scale.get(name) or ()
            for order, (level, count) in enumerate(zip(levels, counts, strict=False)):
                is_written = count and count >= WRITTEN_FROM * sum(counts)
                bars.append(
                    {
                        "scale": scale["short_name"][language],
                        "wave": wave,
                        "place": place,
                        "level": level["title"][language],
                        "order": order,
                        "count": count,
                        "words": str(count) if is_written else "",
                        "ink": inks[order],
                    }
                )
    return bars


def _levels_chart(
    bars: list[dict[str, Any]], levels: Sequence[Mapping[str, Any]], language: str, size: Size
) -> Any:
    names = [level["title"][language] for level in levels]
    topics = list(dict.fromkeys(bar["scale"] for bar in bars))
    waves = list(dict.fromkeys(bar["wave"] for bar in sorted(bars, key=lambda bar: bar["place"])))
    base = alt.Chart(alt.InlineData(values=bars)).encode(
        y=alt.Y("wave:N", sort=waves, title=None, axis=alt.Axis(ticks=False, domain=False)),
        order=alt.Order("order:Q"),
    )
    parts = base.mark_bar(height=16, stroke=PAPER, strokeWidth=1).encode(
        x=alt.X(
            "count:Q", title=PEOPLE[language], axis=alt.Axis(tickMinStep=1, gridColor=GRID, domain=False)
        ),
        color=alt.Color(
            "level:N",
            scale=alt.Scale(domain=names, range=[_hex(shade) for shade in _shades(len(names))]),
            legend=alt.Legend(orient="top", title=None, columns=2 if size.topic_at == "top" else 0),
        ),
    )
    figures = base.mark_text(fontSize=11).encode(
        x=alt.X("count:Q", stack="zero", bandPosition=0.5),
        text="words:N",
        color=alt.Color("ink:N", scale=None),
    )
    header = alt.Header(
        labelAngle=0,
        labelAlign="left",
        labelAnchor="middle" if size.topic_at == "left" else "start",
        labelOrient=size.topic_at,
        labelLimit=240,
        labelPadding=16 if size.topic_at == "left" else -6,
    )
    chart = (parts + figures).properties(width=size.bars, height=alt.Step(19))
    return _styled(
        chart.facet(row=alt.Row("scale:N", sort=topics, title=None, header=header), spacing=size.spacing)
    )


def _styled(chart: Any) -> Any:
    return (
        chart.configure(font=FONT, background=PAPER, padding=1)
        .configure_view(stroke="transparent")
        .configure_axis(labelFontSize=12, titleFontSize=12, titleColor=SOFT, labelColor=SOFT)
        .configure_legend(labelFontSize=13, labelColor=INK)
        .configure_header(labelFontSize=13, labelColor=INK)
    )


def _shades(n: int) -> list[tuple[int, ...]]:
    """`n` colours along the ramp, its ends among them; a single one is the last."""
    places = np.linspace(0, len(LEVEL_RAMP) - 1, n) if n > 1 else [len(LEVEL_RAMP) - 1]
    channels = [
        np.interp(places, range(len(LEVEL_RAMP)), channel) for channel in zip(*LEVEL_RAMP, strict=True)
    ]
    return [tuple(round(float(value)) for value in shade) for shade in zip(*channels, strict=True)]


def _luminance(shade: tuple[int, ...]) -> float:
    red, green, blue = shade
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _hex(shade: tuple[int, ...]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*shade)


def _svg(chart: Any) -> str:
    """The drawing alone, half as long as it comes."""
    drawing = NOT_DRAWN.sub("", str(vl_convert.vegalite_to_svg(chart.to_dict())))
    font = f' font-family="{FONT}"'
    return drawing.replace(font, "").replace("<svg", f"<svg{font}", 1)
