"""Turn a chapter's MyST Markdown into plain Markdown that every notebook program shows.

Colab and VS Code know neither directives nor roles, so a twin must not contain any. Admonitions become
quotations, folded blocks become <details>, labelled equations get their label as a tag, references and
citations become text. What is not known here stays as it is, in its legible source form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml
from pybtex.database import Entry, parse_file

from vaebook.chapters.formula_colours import without_colours

ADMONITIONS = "attention caution danger error hint important note seealso tip warning".split()
DROPPED = {"contents", "exercise-end", "header-picture", "index", "only", "raw", "solution-end"}

DIRECTIVE = re.compile(
    r"^(?P<indent>\s*)(?P<fence>`{3,}|:{3,}|~{3,})\{(?P<name>[\w:-]+)\}\s*(?P<argument>.*)$"
)
CODE_FENCE = re.compile(r"^\s*(?P<fence>`{3,}|~{3,})")
TARGET = re.compile(r"^\s*\((?P<label>[\w:.-]+)\)=\s*$")
HEADING = re.compile(r"^#+\s+(?P<title>.+?)\s*$")
MATH_LABEL = re.compile(r"\$\$\s*\((?P<label>[\w:.-]+)\)\s*$")
ROLE = re.compile(r"(?<!`)\{(?P<name>[\w:-]+)\}`(?P<text>[^`]+)`")
TEXT_AND_TARGET = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^<>]+)>$", re.DOTALL)
LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]]*)\]\((?P<file>[\w./-]+?)\.md(?P<anchor>#[\w-]+)?\)")
LABEL_LINK = re.compile(r"(?<!!)\[(?P<text>[^\[\]]*)\]\(#?(?P<label>[a-zA-Z][\w:-]*)\)")


@dataclass
class Index:
    """What references point to, in the whole book."""

    titles: dict[str, str] = field(default_factory=dict)  # page -> its title
    labels: dict[str, str] = field(default_factory=dict)  # label -> what it says instead
    chapters: list[str] = field(default_factory=list)  # the readers' pages after the first one, in order
    notebooks: set[str] = field(default_factory=set)  # pages that have a twin
    references: dict[str, Entry] = field(default_factory=dict)


def is_for_writers(page: Path) -> bool:
    """Whether a page says at its head `notebook: false`: those who study the book need not have it."""
    return page.exists() and "\nnotebook: false\n" in page.read_text(encoding="utf-8")


def read_index(book: Path, chapters: list[Path]) -> Index:
    """The titles and labels of every page, and the bibliography. `chapters` are the pages with a twin."""
    index = Index(notebooks={path.stem for path in chapters})
    for path in sorted(book.glob("*.md")):
        waiting: list[str] = []  # labels that await the heading under them
        exercise = None
        for line in path.read_text(encoding="utf-8").splitlines():
            if target := TARGET.match(line):
                waiting.append(target["label"])
            elif heading := HEADING.match(line):
                index.titles.setdefault(path.stem, heading["title"])
                index.labels.update(dict.fromkeys(waiting, heading["title"]))
                waiting = []
            elif directive := DIRECTIVE.match(line):
                name, title = directive["name"], directive["argument"]
                exercise = None
                if name in ("exercise", "exercise-start"):
                    exercise = f"exercise “{title}”" if title else "the exercise"
                elif name in ("figure", "table", "list-table"):
                    exercise = "the figure" if name == "figure" else "the table"
            elif exercise and (option := re.match(r"^\s*:(label|name):\s*(\S+)", line)):
                index.labels[option[2]] = exercise
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    parts = toc.get("parts", [toc])
    pages = [chapter["file"] for part in parts for chapter in part.get("chapters", [])]
    index.chapters = [page for page in pages if not is_for_writers(book / f"{page}.md")]
    bibliography = book / "references.bib"
    if bibliography.exists():
        index.references = dict(parse_file(str(bibliography), bib_format="bibtex").entries)
    return index


def equation_name(label: str) -> str:
    """`eq-lower-bound` -> `lower-bound`: the tag of an equation, legal as text in TeX."""
    return re.sub(r"^(eq|math|equation)[-:_.]", "", label).replace("_", "-")


def plain_name(text: str) -> str:
    return re.sub(r"[{}]", "", text)


def authors(entry: Entry) -> str:
    names = [
        plain_name(" ".join(person.prelast_names + person.last_names)) for person in entry.persons["author"]
    ]
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)


def citation(keys: str, index: Index, *, textual: bool) -> str:
    entries = []
    for key in re.split(r"\s*,\s*", keys.strip()):
        entries.append(index.references[key])
    if textual:
        return ", ".join(f"{authors(entry)} ({entry.fields['year']})" for entry in entries)
    return "(" + "; ".join(f"{authors(entry)}, {entry.fields['year']}" for entry in entries) + ")"


def cited_alone(index: Index, source: str) -> Index:
    """The index with those references alone that a chapter cites: they are its bibliography."""
    keys = {
        key.strip() for _, text in re.findall(r"\{(cite[\w:]*)\}`([^`]+)`", source) for key in text.split(",")
    }
    if unknown := keys - set(index.references):
        raise ValueError(f"cited, but not in references.bib: {', '.join(sorted(unknown))}")
    return replace(index, references={key: index.references[key] for key in keys})


def bibliography_list(index: Index) -> str:
    lines = []
    for entry in sorted(index.references.values(), key=lambda entry: (authors(entry), entry.fields["year"])):
        where = (
            entry.fields.get("journal") or entry.fields.get("booktitle") or entry.fields.get("publisher", "")
        )
        parts = [f"{authors(entry)} ({entry.fields['year']})", f"*{plain_name(entry.fields['title'])}*"]
        lines.append("- " + ". ".join(parts + [plain_name(where)] * bool(where)) + ".")
    return "\n".join(lines)


def page_link(page: str, text: str, anchor: str, index: Index) -> str:
    text = text or index.titles.get(page, page)
    if page in index.notebooks:
        return f"[{text}]({page}.ipynb)"  # every notebook program names headings in its own way
    return f"[{text}]({page}.md{anchor})"


def role(match: re.Match, index: Index) -> str:
    """The plain text of one inline role."""
    name, content = match["name"], match["text"]
    titled = TEXT_AND_TARGET.match(content)
    text, target = (titled["text"], titled["target"]) if titled else ("", content)
    if name == "eq":
        return f"({equation_name(target)})"
    if name.startswith("cite"):
        return citation(content, index, textual=name.endswith(":t"))
    if name == "doc":
        return page_link(target.removesuffix(".md").lstrip("/"), text, "", index)
    if name in ("ref", "numref", "prf:ref"):
        return text if text and "%s" not in text else index.labels.get(target, target)
    if name == "math":
        return f"${content}$"
    if name in ("term", "abbr", "dfn"):
        return text or target
    if name in ("sub", "sup", "kbd"):
        return f"<{name}>{content}</{name}>"
    return match[0]


def inline(text: str, index: Index) -> str:
    text = ROLE.sub(lambda match: role(match, index), without_colours(text))
    text = LINK.sub(lambda m: page_link(m["file"], m["text"], m["anchor"] or "", index), text)
    return LABEL_LINK.sub(
        lambda m: m["text"] or index.labels[m["label"]] if m["label"] in index.labels else m[0], text
    )


def quoted(text: str) -> str:
    if "$$" in text:  # JupyterLab would take the > before each line of a formula for a part of it
        return f"<blockquote>\n\n{text}\n\n</blockquote>"
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def folded(summary: str, body: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def split_options(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """A directive's options (`:key: value` lines or a YAML block) and what comes after them."""
    options: dict[str, str] = {}
    if lines and lines[0].strip() == "---":
        end = next((i for i, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
        if end is not None:
            loaded = yaml.safe_load("\n".join(lines[1:end])) or {}
            return {key: str(value) for key, value in loaded.items()}, lines[end + 1 :]
    rest = list(lines)
    while rest and (option := re.match(r"^\s*:([\w-]+):\s*(.*)$", rest[0])):
        options[option[1]] = option[2]
        rest.pop(0)
    return options, rest


def directive(name: str, argument: str, lines: list[str], index: Index) -> str | None:
    """The plain form of one directive; None if it is not known here."""
    options, content = split_options(lines)
    raw = "\n".join(content).strip("\n")
    argument = inline(argument.strip(), index)
    if name in DROPPED:
        return ""
    if name == "tableofcontents":
        return "\n".join(f"- {page_link(page, '', '', index)}" for page in index.chapters)
    if name == "bibliography":
        return bibliography_list(index)
    if name == "math":
        tag = f"\n\\tag{{{equation_name(options['label'])}}}" if "label" in options else ""
        return f"$$\n{without_colours(argument + raw)}{tag}\n$$"
    if name in ("code", "code-block"):
        return f"```{argument}\n{raw}\n```"
    body = to_plain_markdown(raw, index)
    if name in ("figure", "image"):
        image = f"![{options.get('alt', '')}]({argument})"
        return f"{image}\n\n*{body}*" if body else image
    if name in ("exercise", "exercise-start"):
        title = f"{'' if ':' in argument else ':'} {argument}" if argument else ""  # "Exercise L-KL: The KL"
        return f"**Exercise{title}**\n\n{body}".strip()
    if name == "solution":
        return folded("Solution", body)
    if name == "solution-start":
        return f"**Solution** (folded below)\n\n{body}".strip()
    if name == "dropdown" or (name == "admonition" and "dropdown" in options.get("class", "")):
        return folded(argument, body)
    if name in ADMONITIONS:
        title = "See also" if name == "seealso" else name.capitalize()
        if "dropdown" in options.get("class", ""):
            return folded(title, f"{argument}\n{body}".strip())
        return quoted(f"**{title}.** {argument}\n{body}".strip() if argument else f"**{title}.** {body}")
    if name in ("admonition", "margin", "sidebar", "topic", "epigraph"):
        return quoted(f"**{argument}**\n\n{body}" if argument else body)
    if name == "table":
        return f"{body}\n\n*{argument}*" if argument else body
    return None


def to_plain_markdown(source: str, index: Index) -> str:
    """Convert the source of one Markdown cell, or of one directive's body."""
    lines = source.splitlines()
    result: list[str] = []
    text: list[str] = []  # running text, converted in one piece since roles may span lines
    position = 0

    def flush() -> None:
        if text:
            result.append(inline("\n".join(text), index))
            text.clear()

    while position < len(lines):
        line = lines[position]
        found = DIRECTIVE.match(line)
        fence = found["fence"] if found else (code["fence"] if (code := CODE_FENCE.match(line)) else None)
        if fence:
            flush()
            closing = re.compile(rf"^\s*{re.escape(fence[0])}{{{len(fence)},}}\s*$")
            end = next((i for i in range(position + 1, len(lines)) if closing.match(lines[i])), len(lines))
            plain = None
            if found:
                indent = len(found["indent"])
                body = [
                    inner[min(indent, len(inner) - len(inner.lstrip())) :]
                    for inner in lines[position + 1 : end]
                ]
                plain = directive(found["name"], found["argument"], body, index)
                if plain is not None:
                    plain = "\n".join((found["indent"] + row).rstrip() for row in plain.splitlines())
            result.append("\n".join(lines[position : end + 1]) if plain is None else plain)
            position = end + 1
            continue
        position += 1
        if TARGET.match(line) or line.startswith("% "):
            continue
        if label := MATH_LABEL.search(line):
            tag = f"\\tag{{{equation_name(label['label'])}}}"
            start = line[: label.start()].rstrip()
            line = f"{start} {tag} $$" if start else f"{tag}\n$$"
        text.append(line)
    flush()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(result)).strip("\n")
