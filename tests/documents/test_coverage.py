"""A page explains each name that a client or an operator can use."""

import re

import pytest

from gateway.core import env
from gateway.run.options import ROOT
from gateway.schema import schema
from inventory.providers.exceptions import ProviderErrorCode
from tests.documents.reading import all_examples, guides

pytestmark = pytest.mark.any_database

SCHEMA = schema.graphql_schema
TEXT = "\n".join(guides().values())
WORDS = set(re.findall(r"\w+", TEXT))
SHOWN = set(re.findall(r"\w+", all_examples()))
# A derived field is explained once for all resources: by the pattern of its name.
DERIVED = {r"\w+Aggregate": "Aggregate", r"\w+Diff": "Diff"}
CALLS = "|".join(name for name in vars(env) if not name.startswith("_"))
NOT_SETTINGS = {"DEMO_READY_FILE", "GATEWAY_HELD"}  # between processes of `make run` alone


@pytest.mark.parametrize("name", sorted(SCHEMA.mutation_type.fields))
def test_a_mutation_has_an_example(name):
    assert name in SHOWN, f"No guide in docs/ has an example of {name}."


@pytest.mark.parametrize("name", sorted(SCHEMA.query_type.fields))
def test_a_query_is_explained(name):
    pattern = next((word for one, word in DERIVED.items() if re.fullmatch(one, name)), None)

    is_explained = f"…{pattern}" in TEXT if pattern else name in WORDS
    assert is_explained, f"No guide in docs/ names {name}."


@pytest.mark.parametrize("name", sorted(SCHEMA.subscription_type.fields))
def test_a_subscription_is_explained(name):
    derived = re.fullmatch(r"(\w+)(Changed|Aggregate)", name)

    is_derived = derived and f"…{derived[2]}" in TEXT
    assert name in WORDS or is_derived, f"No guide in docs/ names {name}."


def sources():
    """The text of each module of the product."""
    for package in ("gateway", "inventory", "jobs"):
        for path in (ROOT / package).rglob("*.py"):
            yield path.read_text(encoding="utf-8")


def codes():
    """The codes of errors: of the schema, of clouds, and those that the code writes as texts."""
    yield from SCHEMA.type_map["SourceErrorCode"].values
    yield from ProviderErrorCode
    written = re.compile(r'\bcode"?(?:: str)?(?: =|=|:) ?"([A-Z][A-Z_]{3,})"')
    for text in sources():
        yield from written.findall(text)


@pytest.mark.parametrize("code", sorted(set(codes()) - {"ERROR"}))  # of an abstract class
def test_a_code_is_explained(code):
    assert f"`{code}`" in guides()["docs/errors.md"]


def settings():
    """Names that the code reads from the environment."""
    call = re.compile(rf'env\.(?:{CALLS})\(\s*"([A-Z_]+)"')
    for text in sources():
        yield from call.findall(text)


@pytest.mark.parametrize("name", sorted(set(settings()) - NOT_SETTINGS))
def test_a_setting_is_explained(name):
    assert name in WORDS


def test_the_page_of_settings_has_all_and_no_other():
    rows = [line.split("|")[1] for line in guides()["docs/settings.md"].splitlines() if "|" in line]
    listed = set(re.findall(r"`([A-Z_]+)`", "".join(rows)))

    assert listed >= {"PORT", "DEMO", "JOBS_PER_PROVIDER"}
    known = set(settings()) | {"PORT", "DEMO", "ADMIN_USERNAME", "ADMIN_PASSWORD"}
    known |= {"SECRET_KEY", "CREDENTIAL_KEYS", "GITHUB_TOKEN"}  # by calls of other forms
    assert listed == known - NOT_SETTINGS
