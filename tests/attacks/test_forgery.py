"""Requests that another site makes a browser send, and tokens that were forged or found."""

import base64
import json
import time

import jwt
import pytest
from django.conf import settings as configured

from tests.client import GraphQLClient, token_of

VIEWER = {"query": "{ viewer { login } }"}
CHANGE = """mutation { createRepository(url: "https://x.example/a/b", name: "b", fullName: "a/b")
    { fullName } }"""
REFRESH = "mutation ($t: String) { refreshToken(refreshToken: $t) { token refreshToken } }"


# --- other sites


@pytest.mark.parametrize("name", ["JWT", "Bearer", "Authorization", "jwt", "token", "sessionid"])
def test_no_cookie_authenticates(http, post, ann, name):
    for value in (token_of(ann), f"JWT {token_of(ann)}"):
        http.cookies[name] = value
        answer = post(VIEWER).json()
        assert answer["data"] == {"viewer": None}
        assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_no_answer_sets_a_cookie(http, post, ann):
    login = 'mutation { tokenAuth(username: "ann", password: "correct-horse") { token } }'

    answers = [post({"query": login}), http.get("/graphql/", headers={"Accept": "text/html"})]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["data"]["tokenAuth"]["token"]
    for answer in answers:
        assert not answer.cookies
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_can_send_is_not_taken(http, ann, content_type):
    """These types need no preflight, so a foreign page could send them without permission."""
    response = http.post(
        "/graphql/",
        json.dumps({"query": CHANGE}),
        content_type=content_type,
        headers={"Authorization": f"JWT {token_of(ann)}"},
    )

    assert response.status_code == 415


def test_a_link_changes_nothing(http, ann):
    response = http.get(
        "/graphql/",
        {"query": CHANGE},
        headers={"Accept": "application/json", "Authorization": f"JWT {token_of(ann)}"},
    )

    assert response.status_code == 405
    assert GraphQLClient(token_of(ann)).data("{ repositories { name } }") == {"repositories": []}


def test_the_token_is_not_taken_from_the_address(http, ann):
    token = token_of(ann)

    response = http.get(
        "/graphql/",
        VIEWER | {"token": token, "access_token": token},
        headers={"Accept": "application/json"},
    )

    assert response.json()["data"] == {"viewer": None}


# --- tokens


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


def refused(post, token):
    response = post(VIEWER, Authorization=f"JWT {token}")
    assert "data" not in response.json()
    return response.status_code == 401


def test_a_token_that_is_not_signed_by_us(post, ann):
    claims = claims_of(token_of(ann))
    key = configured.SECRET_KEY
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    body = token_of(ann).split(".")[1]

    assert refused(post, jwt.encode(claims, "x" * 64, algorithm="HS256"))
    assert refused(post, jwt.encode(claims, None, algorithm="none"))
    assert refused(post, f"{header}.{body}.")
    assert refused(post, jwt.encode(claims, key, algorithm="HS512"))
    signed = jwt.encode(claims, key, algorithm="HS256")
    assert post(VIEWER, Authorization=f"JWT {signed}").json()["data"]["viewer"]


def test_a_token_whose_claims_were_changed(post, ann, stranger):
    head, _, signature = token_of(ann).split(".")
    _, other, _ = stranger.token.split(".")

    assert refused(post, f"{head}.{other}.{signature}")


def test_another_user_in_the_name_of_the_session(post, ann, stranger):
    """Even somebody who could sign: a session is its user's alone."""
    claims = claims_of(token_of(ann)) | {"sub": claims_of(stranger.token)["sub"]}

    assert refused(post, jwt.encode(claims, configured.SECRET_KEY, algorithm="HS256"))


def test_an_old_token_is_not_taken_again(post, ann):
    claims = claims_of(token_of(ann)) | {"exp": int(time.time()) - 1}

    assert refused(post, jwt.encode(claims, configured.SECRET_KEY, algorithm="HS256"))


def test_a_stolen_refresh_token_that_is_used_twice_ends_the_session(ann):
    login = """mutation { tokenAuth(username: "ann", password: "correct-horse")
        { token refreshToken } }"""
    mine = GraphQLClient().data(login)["tokenAuth"]
    thief = GraphQLClient(user_agent="thief")
    stolen = thief.data(REFRESH, t=mine["refreshToken"])["refreshToken"]

    again = GraphQLClient().post(REFRESH, {"t": mine["refreshToken"]})

    assert again["data"] == {"refreshToken": None}
    for token in (mine["token"], stolen["token"]):
        assert GraphQLClient(token).post(VIEWER["query"])["errors"]
    assert thief.post(REFRESH, {"t": stolen["refreshToken"]})["data"] == {"refreshToken": None}


def test_requests_carry_no_state_from_one_to_the_next(client, http, post):
    client.data(VIEWER["query"])

    assert post(VIEWER).json()["data"] == {"viewer": None}
