import pytest

from gateway.core.graphql.documents import Documents
from gateway.core.graphql.text import holds_nul
from tests.gateway.core.graphql.shop import SCHEMA


@pytest.mark.parametrize("value", ["\x00", "a\x00b", {"\x00": 1}, {"a": [{"b": ["\x00"]}]}])
def test_a_nul_is_found_wherever_it_is(value):
    assert holds_nul(value)


@pytest.mark.parametrize("value", [None, "", "a", 0, {"a": [1, 2.5, None, True, "b"]}, []])
def test_other_values_hold_none(value):
    assert not holds_nul(value)


@pytest.mark.parametrize(
    "literal", [r'"\u0000"', r'"a\u0000b"', r'"\u{0}"', r'"\u{0000}"', '"""a\x00"""']
)
def test_no_literal_holds_one(literal):
    errors = Documents(SCHEMA).load(f"{{ book(title: {literal}) {{ name }} }}")

    assert len(errors) == 1
    assert "NUL" in errors[0].message or "Invalid character" in errors[0].message


@pytest.mark.parametrize("literal", [r'"\\u0000"', r'"""\u0000"""', '"0"'])
def test_what_only_looks_like_one_is_text(literal):
    assert not isinstance(Documents(SCHEMA).load(f"{{ book(title: {literal}) {{ name }} }}"), list)
