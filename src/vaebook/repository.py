"""Where this copy of the book is published, for the links that lead there; nowhere is an answer too.

The address is nobody's by default.  In this order: `repository: url` in _config.yml; the variables that
GitHub, GitLab and Read the Docs set in their builds; the checkout's `origin`, if it is https or ssh.
What was only found goes into the built pages and the notebooks that they offer, never into a committed file.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

# user@host:path, as git writes ssh; what stands before the first slash is no Windows drive.
SCP_FORM = re.compile(r"^(?:[\w.-]+@)?(?P<host>[\w-]+(?:\.[\w-]+)+):(?!//)(?P<path>.+)$")


@dataclass(frozen=True)
class Repository:
    """A published copy: its address, its branch, and the book's folder in it."""

    url: str
    branch: str
    folder: str
    configured: bool  # set in _config.yml, not only found

    @property
    def provider(self) -> str:
        """What the theme calls the kind of host."""
        host = urlsplit(self.url).hostname or ""
        return next((name for name in ("gitlab", "bitbucket") if name in host), "github")

    @property
    def place(self) -> str:
        """Owner and name: the address without its host."""
        return urlsplit(self.url).path.strip("/")

    def source(self, file: str, line: int) -> str:
        """The address of a line of a file, as a page to read."""
        host = urlsplit(self.url).hostname or ""
        way = "-/blob" if "gitlab" in host else "blob"
        if host not in ("github.com", "gitlab.com") and ("gitea" in host or host == "codeberg.org"):
            way = "src/branch"
        return f"{self.url}/{way}/{self.branch}/{file}#L{line}"

    def binder(self, hub: str, notebook: str) -> str:
        """Where a Binder hub opens a notebook of the book's folder."""
        host = urlsplit(self.url).hostname
        spec = f"git/{quote(self.url)}"
        if host == "github.com":
            spec = f"gh/{self.place}"
        elif host == "gitlab.com":
            spec = "gl/" + self.place.replace("/", "%2F")
        return f"{hub}/v2/{spec}/{self.branch}?urlpath=lab/tree/{self._below(notebook)}"

    def colab(self, colab: str, notebook: str) -> str | None:
        """Where Colab opens it; None if it cannot: it reads from GitHub alone."""
        if urlsplit(self.url).hostname != "github.com":
            return None
        return f"{colab}/github/{self.place}/blob/{self.branch}/{self._below(notebook)}"

    def _below(self, file: str) -> str:
        return f"{self.folder}/{file}" if self.folder else file


def find(
    options: Mapping[str, Any], book: Path, environment: Mapping[str, str] = os.environ
) -> Repository | None:
    """The published copy of this book, or None.

    options: the theme's, in which Jupyter Book puts what _config.yml says of the repository.
    """
    checkout = Checkout.of(book)
    folder = options.get("path_to_docs") or (checkout.folder if checkout else "")
    if options.get("repository_url"):
        return configured(options["repository_url"], options.get("repository_branch"), folder)
    url, branch = from_variables(environment)
    if url is None and checkout:
        url, branch = https(checkout.origin), checkout.branch
    return Repository(url, branch or "main", folder.strip("/"), configured=False) if url else None


def configured(url: str | None, branch: str | None, folder: str) -> Repository | None:
    """What _config.yml sets on purpose, the same for the pages and the committed notebooks."""
    return Repository(url.rstrip("/"), branch or "main", folder.strip("/"), configured=True) if url else None


def from_variables(environment: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Address and branch as a build service names them."""
    if environment.get("GITHUB_ACTIONS") and environment.get("GITHUB_REPOSITORY"):
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        is_branch = environment.get("GITHUB_REF_TYPE") == "branch"
        branch = environment.get("GITHUB_HEAD_REF") or (is_branch and environment.get("GITHUB_REF_NAME"))
        return https(f"{server}/{environment['GITHUB_REPOSITORY']}"), branch or None
    if environment.get("GITLAB_CI"):
        return https(environment.get("CI_PROJECT_URL", "")), environment.get("CI_COMMIT_BRANCH")
    if environment.get("READTHEDOCS"):
        is_branch = environment.get("READTHEDOCS_VERSION_TYPE") == "branch"
        branch = environment.get("READTHEDOCS_GIT_IDENTIFIER") if is_branch else None
        return https(environment.get("READTHEDOCS_GIT_CLONE_URL", "")), branch
    return None, None


def https(address: str) -> str | None:
    """A remote's address as a page to read, without anybody's password; None for a path or anything else."""
    address = address.strip()
    if form := SCP_FORM.match(address):
        address = f"ssh://{form['host']}/{form['path']}"
    parts = urlsplit(address)
    path = parts.path.strip("/").removesuffix(".git")
    if parts.scheme not in ("https", "ssh") or not parts.hostname or path.count("/") < 1:
        return None
    port = f":{parts.port}" if parts.port and parts.scheme == "https" else ""
    return f"https://{parts.hostname}{port}/{path}"


@dataclass(frozen=True)
class Checkout:
    """What git says of the folder that the book is built from."""

    origin: str
    branch: str | None
    folder: str

    @classmethod
    def of(cls, book: Path) -> Checkout | None:
        """None where there is no git, no checkout, or one that the book does not belong to."""
        top = _git(book, "rev-parse", "--show-toplevel")
        # A book that lies untracked in somebody else's checkout is not published from there.
        if not top or _git(book, "ls-files", "--error-unmatch", "_config.yml") is None:
            return None
        # The branch that was pushed: the one that is checked out may be known here alone.
        upstream = _git(book, "rev-parse", "--abbrev-ref", "@{upstream}") or ""
        branch = upstream.removeprefix("origin/") if upstream.startswith("origin/") else None
        folder = book.resolve().relative_to(Path(top).resolve()).as_posix()
        return cls(_git(book, "remote", "get-url", "origin") or "", branch, "" if folder == "." else folder)


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-c", "safe.directory=*", "-C", str(folder), *arguments]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None
