"""The pages for readers, their examples and their links."""

import re
from functools import cache
from pathlib import Path

from gateway.run.options import ROOT

BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:gateway|inventory|jobs|tests|benchmarks|docs)/[\w./-]*)`")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
DERIVED = ("providers.md", "resources.md")  # tables that are written from the code


@cache
def pages() -> dict[str, str]:
    """The text of each page, by its path below the root."""
    names = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md")
    files = [*(ROOT / name for name in names), *sorted((ROOT / "docs").rglob("*.md"))]
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in files}


def guides() -> dict[str, str]:
    """The pages that a person wrote to explain how to use the product."""
    return {
        name: text
        for name, text in pages().items()
        if name == "README.md" or (name.startswith("docs/") and Path(name).parent.name == "docs")
        if Path(name).name not in DERIVED
    }


def examples(language: str) -> list[tuple[str, str]]:
    """Each code block of ``language``: its page with the line it begins at, and its text."""
    return [
        (f"{name}:{text.count(chr(10), 0, found.start()) + 1}", found[2])
        for name, text in guides().items()
        for found in BLOCK.finditer(text)
        if found[1] == language
    ]


def all_examples() -> str:
    """The text of all code blocks of all guides."""
    return "\n".join(found[2] for text in guides().values() for found in BLOCK.finditer(text))


def anchors(text: str) -> set[str]:
    """The anchors of the headings of a page, as GitHub makes them from their words."""
    kept = BLOCK.sub("", text)
    words = (re.sub(r"[`*]|\]\([^)]*\)|\[", "", found[1]) for found in HEADING.finditer(kept))
    return {re.sub(r"[^\w\- ]", "", word.strip().lower()).replace(" ", "-") for word in words}


def paths(text: str) -> list[str]:
    """The paths of the repository that a page names in code marks, code blocks left out."""
    return PATH.findall(BLOCK.sub("", text))


def links(text: str) -> list[str]:
    """The addresses of the links of a page, code blocks left out."""
    return LINK.findall(BLOCK.sub("", text))
