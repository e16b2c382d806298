"""A section that has moved to another page leaves its anchors behind, and they lead on to where it is now.

An old link lands on a sentence that says where the matter is told, with a link to it.
"""


import pytest
from browser import OpenPage, every_engine, wait_until_typeset
from bs4 import BeautifulSoup
from test_links_into_pages import HIGHEST, OFF

MOVED = [  # page, its anchors of before, and where they lead on to
    (
        "02_latent_variable_models",
        ("src-s-corr", "two-causes-of-one-effect"),
        "03_elbo.html#src-s-corr",
    ),
    (
        "02_latent_variable_models",
        ("src-s-3latents", "three-latent-spaces"),
        "03_elbo.html#src-s-3latents",
    ),
    (
        "05_kl",
        ("src-l-bern-logits", "the-other-half-the-likelihood-of-a-coin"),
        "07_mnist_lab.html#lab-bernoulli",
    ),
]


@pytest.mark.parametrize(("name", "anchors", "now"), MOVED)
def test_the_old_anchors_stand_where_a_link_leads_on(name, anchors, now, built_book):
    page = BeautifulSoup((built_book / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    for anchor in anchors:
        (place,) = page.find_all(id=anchor)
        links = [link["href"] for link in place.find_parent("p").find_all("a")]
        assert now in links, (anchor, links)
    goal, _, anchor = now.partition("#")
    there = BeautifulSoup((built_book / goal).read_text(encoding="utf-8"), "html.parser")
    assert len(there.find_all(id=anchor)) == 1


@every_engine
def test_an_old_link_lands_on_that_sentence(engine, http_server, open_page: OpenPage):
    name, anchors, _ = MOVED[0]
    page, problems = open_page()
    page.goto(f"{http_server}{name}.html#{anchors[0]}", wait_until="networkidle")
    wait_until_typeset(page)
    off = page.evaluate(OFF, anchors[0])
    assert 0 <= off <= HIGHEST and problems == []
