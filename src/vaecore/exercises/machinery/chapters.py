"""Where the chapters are: the pages of the book, and the notebooks beside them."""

import html
import re

PAGES = {
    1: "01_autoencoders",
    2: "02_latent_variable_models",
    3: "03_elbo",
    4: "04_reparameterization",
    5: "05_kl",
    6: "06_adam",
    7: "07_mnist_lab",
    8: "08_beyond_the_lab",
    9: "09_from_pca_to_vae",
}
# "chapter 5", or "chapter 5, 'Two coins'" with a heading there; in HTML the quotes may be written as numbers.
_CHAPTER = re.compile(r"\bchapter ([1-9])\b(?:, (?:'|&#x27;)(.+?)(?:'|&#x27;))?")


def link(chapter: int, words: str, *, notebook: bool, target: str = "") -> str:
    """Return a link to a chapter: to its page, at the label `target` if there is one, or to its notebook.

    A notebook opens in a tab of its own, so that nobody loses the one that he works in.
    """
    if notebook:
        where = f'href="{PAGES[chapter]}.ipynb" target="_blank" rel="noopener"'
    else:
        where = f'href="{PAGES[chapter]}.html{"#" + html.escape(target) if target else ""}"'
    return f"<a {where}>{words}</a>"


def anchor_of(heading: str) -> str:
    """Return the label that a heading of a chapter has on its page: "Two coins" has "two-coins"."""
    words = html.unescape(re.sub(r"<[^>]+>", "", heading)).lower()
    return re.sub(r"^[\d-]+|-+$", "", re.sub(r"[^a-z0-9]+", "-", words))


def linked(markup: str, *, notebook: bool, targets: dict[int, str] | None = None) -> str:
    """Return HTML in which "chapter 5" has become a link; with a heading behind it, on a page, to that.

    targets: chapter -> a label on its page, which goes first.
    """

    def one(found: re.Match) -> str:
        number = int(found[1])
        target = (targets or {}).get(number) or anchor_of(found[2] or "")
        return link(number, found[0], notebook=notebook, target=target)

    return _CHAPTER.sub(one, markup)
