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


def test_a_token_with_a_space_in_it_is_bad(ann, token):
    with pytest.raises(BadToken):
        authenticate(headers(f"JWT {token} {token}"))
