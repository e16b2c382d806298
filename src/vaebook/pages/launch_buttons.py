"""The buttons at the top of a chapter: to the places that run it, and to download its notebook.

Where no address of a published copy is known, one button in their place leads to the welcome page's section
"Run it".
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaebook import repository
from vaebook.chapters.sources import offered_notebook
from vaebook.editions import bare_notebook
from vaebook.repository import Repository

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

RUN_IT = "run-it"  # the label of that section


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("vaebook_repository", None, "")  # found in `find_the_repository`
    app.add_config_value("vaebook_launch", {}, "")  # `launch_buttons` of _config.yml
    app.connect("config-inited", find_the_repository, priority=450)
    app.connect("html-page-context", offer_the_notebook, priority=400)  # before the theme makes its buttons
    app.connect("html-page-context", lead_to_run_it, priority=600)
    return {"parallel_read_safe": True}


def find_the_repository(app: Sphinx, config: Config) -> None:
    """Tell the theme what is known of a published copy."""
    options = config.html_theme_options
    found = repository.find(options, Path(app.srcdir))
    config.vaebook_repository = found
    launch = dict(options.get("launch_buttons") or {})
    if found is None:
        launch = {}
    elif found.colab("", "") is None:
        launch.pop("colab_url", None)
    config.vaebook_launch = options["launch_buttons"] = launch
    options["use_repository_button"] = options["use_issues_button"] = found is not None
    if found:
        options |= {
            "repository_url": found.url,
            "repository_branch": found.branch,
            "repository_provider": found.provider,
            "path_to_docs": found.folder,
        }


def offer_the_notebook(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Put the chapter's twin where the download button finds it.

    Sphinx puts the source there cell by cell, with directives that no notebook program knows.
    """
    if page in app.env.found_docs and (notebook := offered_notebook(app, page)):
        context["ipynb_source"] = f"{page}.ipynb"
        context["vaebook_notebook"] = bare_notebook(app, page, notebook)


def lead_to_run_it(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if "vaebook_notebook" not in context:
        return
    offered = Path(app.outdir, "_sources", context["ipynb_source"])
    offered.parent.mkdir(parents=True, exist_ok=True)
    offered.write_text(context.pop("vaebook_notebook"), encoding="utf-8")
    if not app.config.vaebook_launch:
        button = {
            "type": "link",
            "url": run_it(app, page),
            "icon": "fas fa-rocket",
            "tooltip": "How to run this chapter",
            "label": "run-it-button",
        }
        context["header_buttons"].insert(0, button)


def run_it(app: Sphinx, page: str) -> str:
    """The address of the section "Run it", from a page."""
    return f"{app.builder.get_relative_uri(page, app.config.root_doc)}#{RUN_IT}"


def ways_to_run(app: Sphinx, page: str) -> list[tuple[str, str]]:
    """Where a chapter's notebook can be opened: (words, address)."""
    found: Repository | None = app.config.vaebook_repository
    launch, notebook = app.config.vaebook_launch, f"{page}.ipynb"
    if found is None or not launch:
        return [("how to run it", run_it(app, page))]
    ways = []
    if hub := launch.get("binderhub_url"):
        ways.append(("on Binder", found.binder(hub, notebook)))
    if colab := launch.get("colab_url"):
        ways.append(("on Colab", found.colab(colab, notebook) or ""))
    return ways
