"""The source map: every item of the material is taught where the map says, and nothing is left out."""

import re

import pytest
from browser import BOOK

ITEMS = """
S-AE S-PCA S-GAP X-1 S-PROB S-3LATENTS X-2 S-MODEL S-SIGMA S-CORR P-2b P-2c P-1a P-1b P-1c S-ELBO
X-3 X-8 S-TIGHT P-2a S-REP L-SAMPLE P-2d X-6 X-7 S-SGVB S-KL L-KL X-4 X-5 L-BERN L-ADAM L-BOUND L-31
L-32 L-33 S-GAUSS S-MIRROR S-ARITH X-9 S-END
""".split()
MAP = (BOOK / "source_map.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| \[([\w-]+)\]\(#([\w-]+)\) \| [^|]+ \| [^|]{10,} \|$", MAP, re.M))


def test_every_item_is_there_once():
    assert len(ITEMS) == 41
    assert sorted(ROWS) == sorted(ITEMS)
    assert len(re.findall(r"^\| \[", MAP, re.M)) == len(ITEMS)


@pytest.mark.parametrize("item", ITEMS)
def test_the_link_leads_to_the_chapter_under_whose_heading_it_stands(item):
    before = MAP[: MAP.index(f"| [{item}](")]
    number = int(re.findall(r"^## Chapter (\d)", before, re.M)[-1])
    (chapter,) = BOOK.glob(f"{number:02}_*.md")
    text = chapter.read_text(encoding="utf-8")
    assert text.count(f"({ROWS[item]})=\n") == 1, f"{chapter.name} has no target ({ROWS[item]})="
