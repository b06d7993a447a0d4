"""A link of a page leads to an existing file, and to an existing heading of it.

A path in a page, such as that of a test, is the path of an existing file, too.
"""

from pathlib import PurePosixPath

import pytest

from gateway.run.options import ROOT
from tests.documents.reading import anchors, guides, links, pages, paths

pytestmark = pytest.mark.any_database

# Pages that say what was so at their time.
HISTORY = ("CHANGELOG.md", "docs/decisions/")
# A file that the page names as one of an earlier version.
EARLIER = {"docs/deploy.md": {"inventory/migrations/0022_repository_names_by_creator.py"}}


@pytest.mark.parametrize("page", pages())
def test_no_link_is_dead(page):
    dead = [link for link in links(pages()[page]) if "://" not in link and not leads(page, link)]

    assert dead == []


def leads(page, link):
    path, _, anchor = link.partition("#")
    target = (ROOT / PurePosixPath(page).parent / path).resolve() if path else ROOT / page
    if not target.exists() or not target.is_relative_to(ROOT):
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", [page for page in pages() if not page.startswith(HISTORY)])
def test_no_named_path_is_missing(page):
    missing = {path for path in paths(pages()[page]) if not (ROOT / path).exists()}

    assert missing == EARLIER.get(page, set())


def test_the_index_leads_to_every_page():
    index = "docs/README.md"
    named = {link.partition("#")[0] for link in links(pages()[index])}

    left_out = {PurePosixPath(name).name for name in guides()} - named - {"README.md"}
    assert left_out == set()


def test_the_readme_leads_to_the_index():
    assert "docs/README.md" in links(pages()["README.md"])


def test_paths_are_those_of_the_product_in_code_marks():
    text = (
        "`tests/a_b/test_c.py`, `jobs/`, `tests`, `other/file.py`, tests/d.py, `gateway/<slug>`\n"
    )

    assert paths(text) == ["tests/a_b/test_c.py", "jobs/"]


def test_a_heading_of_words_and_marks_has_its_anchor():
    text = "# `a_b`, what it *is*: [see](x.md)\n```sh\n# no heading\n```\n"

    assert anchors(text) == {"a_b-what-it-is-see"}
