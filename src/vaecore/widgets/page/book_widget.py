"""What all widgets share: one plain JavaScript module each, alive in a notebook and on a static page.

In a notebook a widget is an anywidget, and so an ipywidget.  While the book is built (VAECORE_WIDGETS is
set), the same object becomes plain HTML instead, with its state and a fallback picture; see static_page.py.
Where anywidget is missing, as in a page's own Python, plain HTML is all that it becomes: without a picture,
since the page brings it to life at once.
"""

import base64
import html
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from vaecore.foundations.plots import png
from vaecore.widgets.page import sources, static_page

GREYS = 31  # levels besides white: a picture that stands in for a figure weighs a third less
LIVE = find_spec("anywidget") is not None  # whether there may be a front end that follows a widget

if TYPE_CHECKING or LIVE:
    from anywidget import AnyWidget as Base
else:

    class Base(traitlets.HasTraits):
        """State without a front end that follows it."""

        def open(self) -> None:
            """Tell nobody."""

        def on_msg(self, callback: Any) -> None:
            """Hear nothing."""


class BookWidget(Base):
    """A figure that the reader moves.  A subclass names its JavaScript file and draws its fallback picture.

    Traits are tagged `book` if the JavaScript module reads them: they are there on a static page too.
    Those tagged `shared` as well go into files of their own there, which widgets and pages share, and which
    are loaded when the module asks for them (parts/later.js): with shared="whole" one file for the value,
    with shared="each" one for each member of a list.
    """

    script = ""  # the widget's name: of its folder, and of the JavaScript and the style sheet in it
    # What a static page says where the scripts fail: what is wrong, and what is left.
    trouble = "This figure could not be brought to life", "The picture shows what it would"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Not for the classes that traitlets derives when it adds traits.
        if LIVE and "script" in cls.__dict__:
            cls._esm = sources.javascript(cls.script)
            cls._css = "\n".join(sources.style_sheets(cls.script).values())

    def open(self) -> None:
        """Tell the front end of this widget; on a static page there is none to tell."""
        if static_page.weights_folder() is None:
            super().open()

    @property
    def sentence(self) -> str:
        """What the fallback picture shows, for readers without JavaScript."""
        raise NotImplementedError

    def fallback(self) -> np.ndarray | bytes:
        """Return the picture that stands in where scripts do not run.

        (height, width), intensities in [0, 1], drawn black on white; or the bytes of a PNG file.
        """
        raise NotImplementedError

    def fallback_html(self) -> str:
        """Return what stands in where scripts do not run: the picture with its sentence."""
        sentence = html.escape(self.sentence)
        if not LIVE:
            return f'<p class="vw-fallback">{sentence}</p>'
        picture = self.fallback()
        if not isinstance(picture, bytes):
            picture = png(np.rint(np.asarray(picture) * GREYS) / GREYS)
        return (
            f'<figure class="vw-fallback"><img src="{_data_uri(picture)}" alt="{sentence}">'
            f"<figcaption>{sentence}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        """Short: the state may hold many weights."""
        return f"{type(self).__name__}()"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if static_page.weights_folder() is None:
            return super()._repr_mimebundle_(**kwargs) if LIVE else {"text/plain": repr(self)}
        return {"text/html": self.static_html(), "text/plain": repr(self)}

    def static_state(self) -> dict[str, Any]:
        """Return what the JavaScript module reads on a static page."""
        return self.trait_values(book=True)

    def static_html(self) -> str:
        """Return the widget as HTML for a static page; its weights are written into VAECORE_WIDGETS."""
        folder = static_page.weights_folder()
        state = self.static_state()
        shared = sorted(self.trait_names(shared=lambda how: how is not None))
        for trait in shared:
            if self.traits()[trait].metadata["shared"] == "each":
                state[trait] = [static_page.share(value, folder) for value in state[trait]]
            else:
                state[trait] = static_page.share(state[trait], folder)
        moves = {
            name: trait.moves() for name, trait in self.traits(book=True).items() if hasattr(trait, "moves")
        }
        return static_page.widget_html(
            self.script, state, shared, self.fallback_html(), self.trouble, moves
        )


def _data_uri(content: bytes) -> str:
    """Return a PNG file as the address of an image."""
    return "data:image/png;base64," + base64.b64encode(content).decode()
