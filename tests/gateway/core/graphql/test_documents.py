import pytest
from graphql import DocumentNode

from gateway.core.graphql import documents as module
from gateway.core.graphql.documents import LONGEST_KEPT, REPORTED_ERRORS, Documents
from tests.gateway.core.graphql.shop import SCHEMA


@pytest.fixture
def documents():
    return Documents(SCHEMA)


def test_a_valid_document_is_kept(documents):
    first = documents.load("{ who }")

    assert isinstance(first, DocumentNode)
    assert documents.load("{ who }") is first
    assert documents.load("{who}") is not first


@pytest.mark.parametrize("text", ["{ who ", "{ nobody }", "{ book }", "{ who { a } }"])
def test_what_is_wrong_is_told_each_time_and_not_kept(documents, text):
    first, second = documents.load(text), documents.load(text)

    assert [error.message for error in first] == [error.message for error in second]
    assert first
    assert len(documents._kept) == 0


def test_the_standard_rules_apply(documents):
    text = (
        "query ($unused: Int) { book(title: 1) { a: pages a: name } ...F } fragment F on Pen { a }"
    )

    messages = " ".join(error.message for error in documents.load(text))

    for part in ("$unused", "String cannot represent", "conflict", "can never be of type"):
        assert part in messages


def test_errors_are_limited_in_number(documents):
    errors = documents.load("{ " + " ".join(f"x{n}" for n in range(50)) + " }")

    assert len(errors) == REPORTED_ERRORS + 1
    assert "error limit reached" in errors[-1].message


def test_the_tokens_of_all_kept_documents_are_bounded(monkeypatch):
    most = 2_000
    monkeypatch.setattr(module, "MOST_KEPT", most)
    documents = Documents(SCHEMA)
    fields = "who " * 50
    texts = [f"{{ a{number}: {fields}}}" for number in range(most // 50)]

    for text in texts:
        assert isinstance(documents.load(text), DocumentNode)

    assert most * 0.9 < documents._kept.weight <= most
    assert documents._kept.get((texts[0], None)) is None
    assert documents._kept.get((texts[-1], None)) is not None


def test_a_document_is_kept_for_each_operation_that_is_asked_for(documents):
    text = "query A { who } query B { who }"

    assert isinstance(documents.load(text, "A"), DocumentNode)
    assert documents.load(text, "A") is documents.load(text, "A")
    assert isinstance(documents.load(text, "B"), DocumentNode)
    (error,) = documents.load(text)
    assert error.message == "Name one of the document's operations in operationName."


def test_a_document_is_announced_before_it_is_read_unless_it_is_kept(documents):
    announced = []
    for text in ("{ who }", "{ who }", "{ who", "{ who", "{ nobody }"):
        documents.load(text, before_reading=lambda text=text: announced.append(text))

    assert announced == ["{ who }", "{ who", "{ who", "{ nobody }"]


def test_a_very_long_document_is_not_kept(documents):
    text = "{ who }" + " " * LONGEST_KEPT

    assert isinstance(documents.load(text), DocumentNode)
    assert len(documents._kept) == 0


@pytest.mark.parametrize(
    "hidden", ["{ __schema { types { name } } }", '{ __type(name: "A") { name } }']
)
def test_introspection_can_be_switched_off(settings, hidden):
    settings.GRAPHQL_INTROSPECTION = False
    documents = Documents(SCHEMA)

    errors = documents.load(hidden)

    assert "introspection has been disabled" in errors[0].message
    assert not isinstance(documents.load("{ __typename }"), list)
