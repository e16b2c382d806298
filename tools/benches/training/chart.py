"""The picture that the book shows: milliseconds a training step, a bar for each contender.

It is an SVG file with a white card behind it, so that it reads the same on a light page and on a dark one.
A bar's length is its time; its label stands above it, so that it stays readable on a telephone.
"""

from html import escape
from typing import Any

from vaecore.foundations import colours

WIDTH, MARGIN, PANEL, ROW, BAR = 480, 16, 52, 42, 14
OTHERS, LIMIT = "#949494", "#555555"  # as the book's colours, at least 3 to 1 against the white card
OURS = colours.COLOURS["first"]
COLOURS = {"ours": OURS, "ours_plain": OURS, "products": LIMIT}


def alt_text(summary: dict[str, Any]) -> str:
    """Return what the picture shows, in words and numbers."""
    panels = []
    for network, contenders in summary["training"].items():
        times = ", ".join(f"{c['label']} {number(c['ms'])}" for c in contenders.values())
        panels.append(f"Network {network}: {times}.")
    return f"Bar chart of milliseconds a training step, batch of {summary['batch']}. {' '.join(panels)}"


def number(ms: float) -> str:
    """Three figures are enough for a time."""
    return f"{ms:.0f}" if ms >= 100 else f"{ms:.1f}"


def draw(summary: dict[str, Any]) -> str:
    """Return the SVG: a panel for each network, all bars on one scale."""
    longest = max(c["ms"] for contenders in summary["training"].values() for c in contenders.values())
    scale = (WIDTH - 2 * MARGIN) / longest
    pieces, y = [], MARGIN
    for network, contenders in summary["training"].items():
        pieces.append(f'<text class="head" x="{MARGIN}" y="{y + 16}">{escape(network)}</text>')
        pieces.append(
            f'<text class="small" x="{MARGIN}" y="{y + 36}">milliseconds a step, '
            f"{summary['batch']} images, {threads(summary)}</text>"
        )
        y += PANEL
        for name, c in contenders.items():
            colour, weight = COLOURS.get(name, OTHERS), ' class="ours"' if name.startswith("ours") else ""
            pieces.append(f'<text{weight} x="{MARGIN}" y="{y + 14}">{escape(c["label"])}</text>')
            pieces.append(
                f'<text{weight} x="{WIDTH - MARGIN}" y="{y + 14}" text-anchor="end">{number(c["ms"])}</text>'
            )
            pieces.append(
                f'<rect x="{MARGIN}" y="{y + 20}" width="{max(1.0, c["ms"] * scale):.1f}" height="{BAR}" '
                f'fill="{colour}"/>'
            )
            y += ROW
        y += MARGIN
    description = escape(alt_text(summary))
    style = (
        "text{font:14px system-ui,sans-serif;fill:#222}"
        ".head{font-size:16px;font-weight:bold}.small{font-size:13px;fill:#555}.ours{font-weight:bold}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" '
            f'role="img" aria-label="{description}">',
            f"<title>Milliseconds a training step</title><desc>{description}</desc>",
            f"<style>{style}</style>",
            f'<rect width="{WIDTH}" height="{y}" rx="8" fill="#fff"/>',
            *pieces,
            "</svg>\n",
        ]
    )


def threads(summary: dict[str, Any]) -> str:
    """Return "one thread", "2 threads"."""
    return "one thread" if summary["threads"] == 1 else f"{summary['threads']} threads"
