"""Addresses that pages once had still lead to a place on that page, wherever sections have moved since.

`old_anchors.txt` has them, one a line: headings, labels, equations, exercises.  Lines may be added, and
none may be taken away.
"""

import re
from pathlib import Path

OLD = Path(__file__).with_name("old_anchors.txt")


def test_old_anchors_still_land(built_book):
    ids = {}
    lost = []
    for line in OLD.read_text(encoding="utf-8").split():
        page, anchor = line.split("#")
        if page not in ids:
            text = (built_book / f"{page}.html").read_text(encoding="utf-8")
            ids[page] = re.findall(r'\sid="([^"]+)"', text)
        if anchor not in ids[page]:
            lost.append(line)
    assert len(ids) > 15
    assert lost == []
