"""One colour for one idea, in every figure, widget and formula of the book.

Here the colours are named once.  Matplotlib figures take them from `COLOURS` and `LINES`, style sheets and
JavaScript from the custom properties of `css()`: --colour-q, --colour-kl, ...  None of them is told apart by
its colour alone: a name stands beside it, and lines have dashes of their own.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """What one idea is drawn in.

    light, dark: on light and on dark pages, each with 4.5 to 1 or more against what lies behind.
    forced: the system colour where a system forces its own.
    dashes: of a line, as SVG has them; "" for a solid one.
    """

    light: str
    dark: str
    forced: str
    dashes: str
    meaning: str


#: The ideas.  Told apart with every kind of colour blindness: tests/core/test_colours.py computes it.
IDEAS = {
    "q": Colour("#0072b2", "#62b6f0", "LinkText", "", "the encoder, and q, the guess that it makes"),
    "p": Colour("#b34e00", "#f0a04b", "Highlight", "6 4", "the decoder, and p, the model"),
    "likelihood": Colour("#00795a", "#2fc191", "GrayText", "", "the likelihood term of the bound"),
    "kl": Colour("#8a1c7c", "#ffb3dc", "CanvasText", "", "a KL divergence"),
    "noise": Colour("#666c78", "#979fab", "GrayText", "1.5 3", "noise, and the prior that it is drawn from"),
    "truth": Colour("#1b1f27", "#ffffff", "CanvasText", "", "the truth: log p(x), the exact posterior"),
}
#: For what is compared and is none of these ideas, such as methods.
OTHERS = {
    "first": Colour("#4b3aa8", "#b0a4ff", "LinkText", "", "of several that are compared, the first"),
    "second": Colour("#726a00", "#d3c93f", "Highlight", "", "the second"),
    "third": Colour("#7a1f2b", "#ff8f8f", "CanvasText", "", "the third"),
}

_MATPLOTLIB = {"": "-", "6 4": "--", "1.5 3": ":"}

#: For figures, which are drawn on white: the name of an idea, or first, second, third -> its colour.
COLOURS = {name: colour.light for name, colour in {**IDEAS, **OTHERS}.items()}
#: The same names -> the dashes of a curve, as Matplotlib writes them.
LINES = {name: _MATPLOTLIB[colour.dashes] for name, colour in {**IDEAS, **OTHERS}.items()}

# Where a page is dark: the book, JupyterLab and VS Code, Colab.
_DARK = 'html[data-theme="dark"], body[data-jp-theme-light="false"], html[theme="dark"]'


def css() -> str:
    """Return the custom properties of all colours: for light, dark and printed pages, and for forced colours.

    The classes of-q, of-kl, ... colour text, such as a formula's; vw-of-q, ... what a widget draws.
    """
    every = {**IDEAS, **OTHERS}

    def properties(of: str) -> str:
        return " ".join(f"--colour-{name}: {getattr(colour, of)};" for name, colour in every.items())

    lines = [
        f":root {{ {properties('light')} }}",
        f"{_DARK} {{ {properties('dark')} }}",
        f"@media print {{ html:root, html:root body {{ {properties('light')} }} }}",
        f"@media (forced-colors: active) {{ html:root, html:root body {{ {properties('forced')} }} }}",
    ]
    for name, colour in every.items():
        dashes = f" --vw-dashes: {colour.dashes};" if colour.dashes else ""
        lines.append(f".of-{name} {{ color: var(--colour-{name}); }}")
        lines.append(f".vw .vw-of-{name} {{ --vw-series: var(--colour-{name});{dashes} }}")
    return "\n".join(lines) + "\n"
