"""The pages that a table of contents names."""


def pages_of(toc: object) -> list[str]:
    """The pages that a _toc.yml, read as YAML, names, in its order."""
    if isinstance(toc, list):
        return [page for entry in toc for page in pages_of(entry)]
    if not isinstance(toc, dict):
        return []
    own = [toc[key] for key in ("root", "file") if key in toc]
    return own + [page for value in toc.values() for page in pages_of(value)]
