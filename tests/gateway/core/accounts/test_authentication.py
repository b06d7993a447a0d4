import pytest
from django.http.request import HttpHeaders

from gateway.core.accounts.access_tokens import access_token_issue
from gateway.core.accounts.authentication import authenticate
from gateway.core.accounts.errors import BadToken
from gateway.core.accounts.sessions import session_begin


@pytest.fixture
def token(ann):
    return access_token_issue(user=ann, session=session_begin(user=ann)).token


def headers(authorization):
    return HttpHeaders({"HTTP_AUTHORIZATION": authorization})


@pytest.mark.parametrize("scheme", ["JWT", "jwt", "Bearer", "bearer", "BEARER"])
def test_a_token_names_its_user_in_one_query(ann, token, scheme, django_assert_num_queries):
    with django_assert_num_queries(1):
        user = authenticate(headers(f"{scheme} {token}"))

    assert user == ann
    assert user.is_authenticated


def test_spaces_around_do_not_matter(ann, token):
    assert authenticate(headers(f"  JWT   {token}  ")) == ann


@pytest.mark.parametrize("found", [HttpHeaders({}), headers(""), headers("   ")])
def test_without_a_header_it_is_nobody(found, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert not authenticate(found).is_authenticated


def test_a_cookie_names_nobody(ann, token):
    found = HttpHeaders({"HTTP_COOKIE": f"JWT={token}; Authorization=JWT {token}"})

    assert not authenticate(found).is_authenticated


@pytest.mark.parametrize(
    "authorization", ["JWT", "Bearer ", "Basic YW5uOng=", "Token abc", "abc.def.ghi"]
)
def test_another_scheme_is_told_which_there_are(authorization):
    with pytest.raises(BadToken, match=r"JWT <token>, or: Bearer <token>"):
        authenticate(headers(authorization))


@pytest.mark.parametrize("scheme", ["JWT", "Bearer"])
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("{scheme} {token}", "has the word {scheme} twice"),
        ("{scheme}", "has the word {scheme} twice"),
        ("{token} {token}", "more than one token"),
        ("{token}, {scheme} {token}", "more than one token"),
        ("{token},{token}", "more than one token"),
        ('"{token}"', "without them"),
        ("'{token}'", "without them"),
        ('"{scheme} {token}"', "has the word {scheme} twice"),
        ("$TOKEN", "in double quotes"),
        ("${{TOKEN}}", "in double quotes"),
        ('"$TOKEN"', "in double quotes"),
        ("$(jq -r .token)", "in double quotes"),
        ("%TOKEN%", "in double quotes"),
        ("{{{{token}}}}", "in double quotes"),
        ("<token>", "in double quotes"),
        ("null", "has null in place of a token"),
        ("undefined", "Log in first"),
        ("[object Object]", "Put the token there"),
    ],
)
def test_what_is_sent_in_place_of_a_token_gets_words_of_its_own(token, scheme, sent, expected):
    """In one case with a valid token: it must not become valid by that, and is not repeated."""
    with pytest.raises(BadToken) as raised:
        authenticate(headers(f"{scheme} {sent.format(scheme=scheme, token=token)}"))

    assert expected.format(scheme=scheme) in raised.value.message
    assert token not in raised.value.message


def test_a_header_in_quotes_is_named(token):
    with pytest.raises(BadToken, match="is in quotes"):
        authenticate(headers(f'"JWT {token}"'))
