"""What publishes the book: workflows, Read the Docs, the citation; and a release that opens from its folder.

None of the services can be asked here. Their own schemas are, which check-jsonschema brings along.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import zipfile

import pytest
import yaml
from browser import ROOT, OpenPage, wait_until_typeset

from tools.publishing import check_links, make_release

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
# A `run` is one of our targets, and nothing else; but for the line that hands a release over.
TARGET = re.compile(r"make ([a-z-]+)((?: [A-Z]+=(?:\w+|\"[^\"']*\"))*)")
HANDS_OVER = 'gh release create "$TAG" dist/* --repo "$GITHUB_REPOSITORY" --verify-tag --generate-notes'


def read(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def targets():
    """What the Makefile can make, by its own words."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))


def steps(workflow):
    return [step for job in read(workflow)["jobs"].values() for step in job["steps"]]


def validate(schema, *files):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", WORKFLOWS),
        ("custom.github-workflows-require-timeout", WORKFLOWS),
        ("vendor.readthedocs", [ROOT / ".readthedocs.yaml"]),
        ("vendor.citation-file-format", [ROOT / "CITATION.cff"]),
    ],
)
def test_the_services_own_schemas_accept_them(schema, files, tmp_path):
    assert files
    checked = validate(schema, *files)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    spoilt = tmp_path / files[0].name
    spoilt.write_text(re.sub(r"(?m)^(jobs|build|title|  \w+:\n    if):", r"x\1:", files[0].read_text()))
    spoilt.write_text(re.sub(r"timeout-minutes", "timeout_minutes", spoilt.read_text()))
    assert validate(schema, spoilt).returncode == 1  # it does look


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_runs_our_targets_and_may_do_no_more_than_it_needs(workflow):
    content = read(workflow)
    assert content["permissions"] == {"contents": "read"}
    for name, job in content["jobs"].items():
        runs = [step["run"] for step in job["steps"] if "run" in step]
        for line in runs:
            made = TARGET.fullmatch(line)
            assert line == HANDS_OVER or (made and made[1] in targets()), line
            assert "${{" not in line  # what somebody named reaches a shell as a variable, or not at all
        # What has more rights than to read runs nothing of ours, and nothing that was installed.
        assert "permissions" not in job or set(runs) <= {HANDS_OVER}, name


def test_together_they_test_publish_release_and_look_ahead():
    lines = {path.stem: [step.get("run", "") for step in steps(path)] for path in WORKFLOWS}
    made = {name: [m[1] for line in runs if (m := TARGET.fullmatch(line))] for name, runs in lines.items()}
    assert made == {
        "tests": ["test", "test"],
        "pages": ["book"],
        "release": ["release"],
        "weekly": ["lock", "check-wheels", "test", "check-links"],
    }


def test_pages_and_read_the_docs_take_what_make_book_writes():
    uploads = [step.get("with", {}).get("path") for step in steps(ROOT / ".github/workflows/pages.yml")]
    assert "book/_build/html" in uploads
    first, *rest = read(ROOT / ".readthedocs.yaml")["build"]["commands"]
    assert first == "make book" and "book" in targets()
    assert rest == ['mkdir -p "$READTHEDOCS_OUTPUT"', 'cp -a book/_build/html "$READTHEDOCS_OUTPUT/html"']


def test_the_citation_is_of_this_version_and_of_nobodys_address():
    citation = read(ROOT / "CITATION.cff")
    assert citation["version"] == VERSION
    assert citation["title"] == read(ROOT / "book" / "_config.yml")["title"]
    assert not {"repository-code", "url"} & citation.keys()  # a fork's is its own


def pages_in(folder):
    (folder / "_static").mkdir(parents=True)
    (folder / "index.html").write_text("<p>Here.</p>")
    (folder / ".buildinfo").write_text("notes")
    (folder / "_static" / "a.js").write_text("1;\n" * 1000)
    return folder


def test_equal_pages_make_equal_zips(tmp_path):
    html = pages_in(tmp_path / "html")
    hashes = set()
    for name in ("one.zip", "two.zip"):
        assert make_release.zip_pages(html, tmp_path / name, "book") == 2
        hashes.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
        (html / "index.html").touch()
    assert len(hashes) == 1
    assert zipfile.ZipFile(tmp_path / "one.zip").namelist() == ["book/_static/a.js", "book/index.html"]


def test_a_release_that_fails_leaves_no_half_of_one(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match="make book"):
        make_release.zip_pages(tmp_path, tmp_path / "book.zip", "book")
    html = pages_in(tmp_path / "html")
    monkeypatch.setattr(zipfile.ZipFile, "writestr", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
    with pytest.raises(OSError, match="full"):
        make_release.zip_pages(html, tmp_path / "book.zip", "book")
    assert [path.name for path in tmp_path.iterdir()] == ["html"]


@pytest.mark.parametrize("tag", ["v9.9.9", "0.1", "v0.1.0; rm"])
def test_a_tag_of_another_version_is_refused(tag, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["make_release", "--tag", tag])
    monkeypatch.setattr(make_release, "DIST", None)  # it would break here, and not in the checkout
    with pytest.raises(SystemExit, match=rf"names version {re.escape(VERSION)}"):
        make_release.main()


def test_the_zip_of_the_book_opens_from_its_folder(built_book, tmp_path, open_page: OpenPage):
    """The whole book, as a release has it, unpacked where nothing else is."""
    make_release.zip_pages(built_book, tmp_path / "book.zip", "the book")
    with zipfile.ZipFile(tmp_path / "book.zip") as zipped:
        zipped.extractall(tmp_path)
    page, problems = open_page()
    page.goto((tmp_path / "the book" / "05_kl.html").as_uri())
    wait_until_typeset(page)
    assert page.locator("mjx-container").count() > 10
    assert page.locator(".vw-two-gaussians, [class*=vw-]").count() > 0
    page.goto((tmp_path / "the book" / "index.html").as_uri())
    page.get_by_role("link", name="Next", exact=False).first.click()
    assert "01_autoencoders" in page.url
    assert problems == []


def test_the_link_check_reads_the_book_and_executes_nothing():
    config = read(ROOT / "book" / "_config.yml")
    changed = check_links.settings_for_links(config)
    assert changed["execute"] == {"execute_notebooks": "off"} and changed["title"] == config["title"]
    assert config["execute"]["execute_notebooks"] == "cache"  # the book's own are as they were
    assert changed["sphinx"]["config"].items() >= check_links.SETTINGS.items()


def test_the_link_check_tells_outside_from_inside():
    lines = [json.dumps({"uri": uri}) for uri in ("#ex-1", "https://example.org/a", "http://b.example", "")]
    assert [answer["uri"] for answer in check_links.outside([*lines, "\n"])] == [
        "https://example.org/a", "http://b.example",
    ]  # fmt: skip
