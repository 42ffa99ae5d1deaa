"""Charts of group figures as SVG. For workers alone: the libraries behind it are too heavy for web processes."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert

LANGUAGES = ("ru", "en")
BARS, STEP = 460, 15
INK, SOFT, GRID, ACCENT = "#17252a", "#52646b", "#dbe3e5", "#0a6a72"
LEVEL_SHADES = ("#e9b48a", "#f3dcc4", "#8dbcc0", "#0a6a72")
"""From the warm colour to the accent; the words beside the bars carry the meaning."""
WAVE_WORDS = {"ru": ("старт", "итог"), "en": ("start", "final")}
PEOPLE = {"ru": "Человек", "en": "People"}


def draw(content: Mapping[str, Any]) -> dict[str, str]:
    """SVG by name: `levels.<language>`, where level counts may be shown at all."""
    charts = {}
    for language in LANGUAGES:
        bars = _level_bars(content, language)
        if bars:
            charts[f"levels.{language}"] = _svg(_levels_chart(bars, content["levels"], language))
    return charts


def _level_bars(content: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    bars = []
    for scale in content["scales"]:
        for place, (name, wave) in enumerate(
            zip(("starting_levels", "final_levels"), WAVE_WORDS[language], strict=True)
        ):
            for order, (level, count) in enumerate(
                zip(content["levels"], scale.get(name) or (), strict=False)
            ):
                bars.append(
                    {
                        "scale": scale["short_name"][language],
                        "wave": wave,
                        "place": place,
                        "level": level["title"][language],
                        "order": order,
                        "count": count,
                    }
                )
    return bars


def _levels_chart(bars: list[dict[str, Any]], levels: Sequence[Mapping[str, Any]], language: str) -> Any:
    names = [level["title"][language] for level in levels]
    scales = list(dict.fromkeys(bar["scale"] for bar in bars))
    waves = list(dict.fromkeys(bar["wave"] for bar in sorted(bars, key=lambda bar: bar["place"])))
    return (
        alt.Chart(alt.InlineData(values=bars))
        .mark_bar(height=12, stroke="#ffffff", strokeWidth=1)
        .encode(
            y=alt.Y(
                "wave:N", sort=waves, title=None, axis=alt.Axis(labelColor=SOFT, ticks=False, domain=False)
            ),
            x=alt.X(
                "count:Q", title=PEOPLE[language], axis=alt.Axis(tickMinStep=1, gridColor=GRID, domain=False)
            ),
            color=alt.Color(
                "level:N",
                scale=alt.Scale(domain=names, range=_shades(len(names))),
                legend=alt.Legend(orient="top", title=None, labelFontSize=13, labelColor=INK),
            ),
            order=alt.Order("order:Q"),
            row=alt.Row(
                "scale:N",
                sort=scales,
                title=None,
                spacing=8,
                header=alt.Header(
                    labelAngle=0,
                    labelAlign="left",
                    labelColor=INK,
                    labelLimit=220,
                    labelFontSize=13,
                    labelPadding=14,
                ),
            ),
        )
        .properties(width=BARS, height=alt.Step(STEP))
        .configure_view(stroke="transparent")
        .configure(font="system-ui, 'Segoe UI', Roboto, sans-serif", background="#ffffff")
        .configure_axis(labelFontSize=12, titleFontSize=12, titleColor=SOFT, labelColor=SOFT)
    )


def _shades(n: int) -> list[str]:
    if n <= len(LEVEL_SHADES):
        return [*LEVEL_SHADES[: n - 1], ACCENT] if n > 1 else [ACCENT]
    return [*LEVEL_SHADES[:1], *(LEVEL_SHADES[1],) * (n - 3), *LEVEL_SHADES[2:]]


def _svg(chart: Any) -> str:
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))
