import pytest

from gateway.core.http.media import GRAPHQL_RESPONSE, HTML, JSON, is_utf8_json, preferred

OFFERS = (JSON, GRAPHQL_RESPONSE, HTML)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", JSON),
        ("   ", JSON),
        (" , ;", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", HTML),
        (JSON, JSON),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        ("Application/JSON", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/json;charset=utf-8;q=0.5, text/html;q=0.4", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", HTML),
        (f"{GRAPHQL_RESPONSE}, {JSON}", GRAPHQL_RESPONSE),
        (f"{JSON}, {GRAPHQL_RESPONSE}", JSON),
        (f"{JSON};q=0.9, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"{GRAPHQL_RESPONSE};q=0.9, */*;q=0.1", GRAPHQL_RESPONSE),
        (f"*/*, {GRAPHQL_RESPONSE}", GRAPHQL_RESPONSE),
        (f"{JSON};q=0, */*", GRAPHQL_RESPONSE),
        (f"*/*, {JSON};q=0.1", GRAPHQL_RESPONSE),
        ("text/plain", None),
        ("*/*;q=0", None),
        ("application/json;q=0", None),
        ("json", None),
        ("/", None),
        ("application/json;q=high", JSON),
        ("application/json;q=7", JSON),
        ("application/json;q=nan", JSON),
    ],
)
def test_what_a_client_prefers(accept, chosen):
    assert preferred(accept, OFFERS) == chosen


@pytest.mark.parametrize(
    ("content_type", "fits"),
    [
        ("application/json", True),
        ("application/json;", True),
        ("application/json ; ", True),
        ("APPLICATION/JSON; Charset=UTF-8", True),
        ('application/json; charset="utf-8"', True),
        ("application/json; charset=utf8; x=y", True),
        ("application/json; charset=utf-16", False),
        ("application/json; charset=", False),
        ("application/graphql+json", False),
        ("text/json", False),
        ("", False),
    ],
)
def test_what_is_json_in_utf8(content_type, fits):
    assert is_utf8_json(content_type) is fits
