"""Code that is out to do harm, a case each, in the texts of the folder `hostile`.

`tell(won)` in a case says whether it has got what it wants.
"""

from pathlib import Path

TELL = "def tell(won):\n    check('told', float(bool(won)))\n"


def cases(name: str) -> dict[str, str]:
    """Return the cases of a text: what each tries -> its code."""
    text = Path(__file__).with_name("hostile").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    parts = (part.split("\n", 1) for part in text.split("=== ")[1:])
    return {title.strip(): code.strip() for title, code in parts}


FORGE, TRIES, ONLY_WALLS, STOPS = map(cases, ("forge", "tries", "only_walls", "stops"))
