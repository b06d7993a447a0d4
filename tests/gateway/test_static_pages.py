"""The pages are complete, load from this origin alone, and match the schema."""

import gzip
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from graphql import parse, print_ast, validate

FRONTEND = Path(settings.BASE_DIR) / "gateway" / "frontend"
STATIC = Path(settings.BASE_DIR) / "gateway" / "static"
DEFAULT_QUERY = FRONTEND / "graphiql" / "default-query.graphql"
EXAMPLES = FRONTEND / "graphiql" / "examples.js"
PAGES = ["graphiql", "dashboard"]
DOCUMENT = re.compile(r"`\s*((?:query|mutation|subscription|fragment)\s[^`]*)`")


class Page(HTMLParser):
    """The elements of a page, and the text between its <script> and <style> tags."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.inline = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] in ("script", "style"):
            self.inline += data.strip()

    def named(self, name):
        return next(attrs for _, attrs in self.elements if attrs.get("id") == name)

    def addresses(self):
        return [a for _, attrs in self.elements for k, a in attrs.items() if k in ("src", "href")]


@pytest.fixture(params=PAGES)
def name(request):
    return request.param


@pytest.fixture
def page(name):
    context = {"endpoint": "/graphql/", "stream": "/graphql/stream", "dashboard": "/"}
    return Page(render_to_string(f"{name}.html", context))


def test_the_page_tells_the_script_where_to_send_requests(page, name):
    root = page.named(name)

    assert (root["data-endpoint"], root["data-stream"]) == ("/graphql/", "/graphql/stream")


def test_the_page_has_nothing_inline_that_a_content_security_policy_refuses(page):
    attributes = {name for _, attrs in page.elements for name in attrs}

    assert page.inline == ""
    assert "style" not in attributes
    assert not [name for name in attributes if name.startswith("on")]


def test_every_file_that_the_page_names_is_one_of_ours(page, name):
    paths = [address.removeprefix(settings.STATIC_URL) for address in page.addresses()]

    assert sorted(paths) == [f"{name}/{name}.css", f"{name}/{name}.js", f"{name}/icon.svg"]
    assert all(finders.find(path) for path in paths)


def test_the_styles_load_nothing(name):
    styles = (STATIC / name / f"{name}.css").read_text()

    assert "@import" not in styles
    assert "@font-face" not in styles
    assert not re.findall(r"url\(\s*[\"']?(?:https?:)?//", styles)


def test_the_licences_of_what_is_bundled_lie_beside_it():
    licences = "".join((STATIC / name / "LICENSES.txt").read_text() for name in PAGES)
    direct = json.loads((FRONTEND / "package.json").read_text())["dependencies"]

    assert [n for n, version in direct.items() if f"{n} {version} (" not in licences] == []


def test_versions_are_exact_and_the_lock_file_names_no_host():
    package = json.loads((FRONTEND / "package.json").read_text())
    locked = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
    versions = {**package["dependencies"], **package["devDependencies"]}

    assert [v for v in versions.values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)] == []
    assert [name for name, entry in locked.items() if "resolved" in entry] == []


def test_the_built_script_holds_the_query_of_the_sources():
    script = (STATIC / "graphiql" / "graphiql.js").read_text()
    lines = [line for line in DEFAULT_QUERY.read_text().splitlines() if line.startswith("#")]

    assert lines
    assert [line for line in lines if line not in script] == []


def test_the_default_query_and_the_log_in_are_valid_in_our_schema():
    from gateway.schema import schema  # noqa: PLC0415 - the other tests need no schema

    source = (FRONTEND / "dashboard" / "api" / "session.ts").read_text()
    session = re.findall(r"`(mutation [^`]*)`", source)

    assert len(session) == 3
    for document in (DEFAULT_QUERY.read_text(), *session, *examples()):
        assert validate(schema.graphql_schema, parse(document)) == []


def test_the_examples_are_those_of_the_readme_and_of_the_questions():
    questions = (settings.BASE_DIR / "docs" / "questions.md").read_text()
    readme = (settings.BASE_DIR / "README.md").read_text()
    source = EXAMPLES.read_text()
    shown = {normal(query) for query in examples()}

    asked = re.findall(r"^## (.*\?)\n+```graphql\n([^`]*)```", questions, re.MULTILINE)
    assert len(asked) >= 7
    for title, query in asked:
        assert title in source
        assert normal(query) in shown
    assert normal(re.search(r"```graphql\n(.*?)```", readme, re.DOTALL)[1]) in shown
    assert any(query.startswith("subscription") for query in shown)


def examples():
    return re.findall(r"query: `([^`]*)`", EXAMPLES.read_text())


def normal(query):
    return print_ast(parse(query))


def test_the_dashboard_s_documents_are_valid_in_our_schema():
    from gateway.schema import schema  # noqa: PLC0415 - the other tests need no schema

    sources = [
        path.read_text()
        for path in sorted((FRONTEND / "dashboard").rglob("*.ts*"))
        if not path.name.endswith((".test.ts", ".d.ts"))
    ]
    documents = [document for source in sources for document in DOCUMENT.findall(source)]
    # Those that are put together are held against the schema by gateway/frontend's own tests.
    documents = [each for each in documents if "${" not in each]
    operations = [each for each in documents if not each.startswith("fragment")]
    fragments = {re.match(r"fragment (\w+)", d)[1]: d for d in documents if d not in operations}

    assert len(operations) > 10
    for operation in operations:
        document = "\n".join([operation, *needed(operation, fragments)])
        assert validate(schema.graphql_schema, parse(document)) == [], document


def needed(document, fragments):
    """The fragments that the document and its fragments spread, each once."""
    found, texts = {}, [document]
    for text in texts:  # grows meanwhile
        for name in re.findall(r"\.\.\.(\w+)", text):
            if name not in found:
                found[name] = fragments[name]
                texts.append(fragments[name])
    return list(found.values())


def test_the_dashboard_s_first_view_is_small():
    script = (STATIC / "dashboard" / "dashboard.js").read_bytes()

    assert len(gzip.compress(script)) <= 80_000
