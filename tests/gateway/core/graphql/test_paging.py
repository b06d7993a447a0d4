"""Pages of users: gateway.core has no other rows."""

import base64
import json
from datetime import UTC, datetime, timedelta

import graphene
import pytest
from django.contrib.auth import get_user_model

from gateway.core.errors import InvalidInput
from gateway.core.graphql.paging import (
    MAX_FIRST,
    CountedConnection,
    OrderKey,
    Page,
    Window,
    checked_first,
    page_arguments,
)

pytestmark = pytest.mark.django_db

User = get_user_model()
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
BY_NAME = OrderKey("first_name")
BY_PK = OrderKey("pk")
BY_DATE = OrderKey("date_joined", descending=True)
ORDERS = [
    BY_NAME,
    OrderKey("first_name", descending=True),
    BY_PK,
    OrderKey("pk", descending=True),
    BY_DATE,
    OrderKey("date_joined"),
]


@pytest.fixture
def users():
    """Ten, of which each two have a first name in common and each three a date."""
    return [add(number) for number in range(10)]


def add(number, first_name=None):
    return User.objects.create(
        username=f"u{number}",
        first_name=first_name or f"name {number // 2}",
        date_joined=EPOCH + timedelta(microseconds=number // 3),
    )


def page(first=4, after=None, order=BY_NAME, rows=None, **window):
    rows = User.objects.all() if rows is None else rows
    return Page(rows, order=order, window=Window(first, after, **window))


def all_pages(order, first):
    found, after = [], None
    while True:
        current = page(first, after, order)
        found.append([user.username for user in current.nodes])
        if not current.page_info["has_next_page"]:
            return found
        after = current.page_info["end_cursor"]


@pytest.mark.each_case
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(order.ordering))
@pytest.mark.parametrize("first", [1, 3, 5, 10])
def test_the_pages_together_are_the_list(users, order, first):
    wanted = list(User.objects.order_by(*order.ordering).values_list("username", flat=True))

    found = all_pages(order, first)

    assert [name for names in found for name in names] == wanted
    assert all(len(names) == first for names in found[:-1])


def test_what_a_page_says_of_itself(users):
    first = page(4)

    assert [user.username for user in first.nodes] == ["u0", "u1", "u2", "u3"]
    assert first.page_info == {
        "has_next_page": True,
        "has_previous_page": False,
        "start_cursor": first.cursor(users[0]),
        "end_cursor": first.cursor(users[3]),
    }
    assert first.edges == [{"node": user, "cursor": first.cursor(user)} for user in first.nodes]
    last = page(6, first.page_info["end_cursor"])
    assert last.page_info["has_next_page"] is False
    assert last.page_info["has_previous_page"] is True
    assert last.total_count == 10


def test_a_page_costs_one_query_and_its_total_another(users, django_assert_num_queries):
    found = page(4)

    with django_assert_num_queries(1):
        assert (len(found.nodes), len(found.edges)) == (4, 4)
        assert found.page_info["has_next_page"]
    with django_assert_num_queries(1):
        assert (found.total_count, found.total_count) == (10, 10)


def test_an_empty_list():
    found = page()

    assert (found.nodes, found.edges, found.total_count) == ([], [], 0)
    assert found.page_info == {
        "has_next_page": False,
        "has_previous_page": False,
        "start_cursor": None,
        "end_cursor": None,
    }


def test_no_rows_may_be_asked_for(users):
    found = page(0)

    assert found.nodes == []
    assert found.page_info["has_next_page"] is True
    assert found.total_count == 10


def test_rows_that_come_and_go_elsewhere_change_nothing(users):
    after = page(4).page_info["end_cursor"]

    users[0].delete()
    users[3].delete()  # the row of the cursor itself
    add(10, first_name="name 0")

    assert [user.username for user in page(4, after).nodes] == ["u4", "u5", "u6", "u7"]


def test_the_total_is_that_of_all_pages(users):
    rows = User.objects.filter(first_name__in=["name 0", "name 4"])
    after = page(1, rows=rows).page_info["end_cursor"]

    assert page(1, after, rows=rows).total_count == 4


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: str(order.ordering))
@pytest.mark.parametrize("last", [1, 3, 5, 10])
def test_backward_the_pages_together_are_the_list(users, order, last):
    wanted = list(User.objects.order_by(*order.ordering).values_list("username", flat=True))
    found, before = [], None

    while True:
        current = page(order=order, last=last, before=before)
        found.insert(0, [user.username for user in current.nodes])
        assert current.page_info["has_next_page"] is (before is not None)
        if not current.page_info["has_previous_page"]:
            break
        before = current.page_info["start_cursor"]

    assert [name for names in found for name in names] == wanted
    assert all(len(names) == last for names in found[1:])


def test_between_two_cursors(users):
    cursors = [edge["cursor"] for edge in page(10).edges]

    forward = page(2, cursors[2], before=cursors[7])
    backward = page(after=cursors[2], last=2, before=cursors[7])
    rest = page(10, cursors[2], before=cursors[7])

    assert [user.username for user in forward.nodes] == ["u3", "u4"]
    assert [user.username for user in backward.nodes] == ["u5", "u6"]
    assert backward.page_info["has_previous_page"] is True
    assert [user.username for user in rest.nodes] == ["u3", "u4", "u5", "u6"]
    assert rest.page_info["has_next_page"] is False
    assert rest.total_count == 10


def test_the_last_rows_of_all(users):
    assert [user.username for user in page(last=3).nodes] == ["u7", "u8", "u9"]
    assert page(last=0).nodes == []
    assert page(last=0).page_info["has_previous_page"] is True


@pytest.mark.parametrize("last", [-1, MAX_FIRST + 1])
def test_last_out_of_bounds(last):
    with pytest.raises(InvalidInput, match="last must be between") as refused:
        page(last=last)

    assert refused.value.field == "last"


def test_a_wrong_cursor_is_told_by_its_argument(users):
    with pytest.raises(InvalidInput, match="in before:") as refused:
        _ = page(last=3, before="x").nodes

    assert refused.value.field == "before"


@pytest.mark.parametrize("first", [-1, MAX_FIRST + 1, 2**31 - 1, -(2**31)])
def test_first_out_of_bounds(first):
    with pytest.raises(InvalidInput, match=f"between 0 and {MAX_FIRST}") as refused:
        page(first)

    assert refused.value.field == "first"


def test_first_within_bounds():
    assert checked_first(None) == 50
    assert checked_first(None, default=7) == 7
    assert (checked_first(0), checked_first(MAX_FIRST)) == (0, MAX_FIRST)


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "é",
        "====",
        " ",
        encoded({}),
        encoded([]),
        encoded(["first_name", "pk"]),
        encoded(["first_name", "pk", "name 0"]),
        encoded(["first_name", "pk", "name 0", "x"]),
        encoded(["first_name", "pk", "name 0", ["1"]]),
        encoded(["first_name", "pk", "name 0", "1", "2"]),
        encoded(["first_name", "pk", "name \x00", "1"]),
        encoded(["-first_name", "-pk", "name 0", "1"]),
        encoded(["password", "pk", "name 0", "1"]),
        encoded(["pk", "1"]),
        encoded([None] * 4),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_cursor_that_is_none_of_this_list(users, after):
    with pytest.raises(InvalidInput) as refused:
        _ = page(4, after).nodes

    assert refused.value.field == "after"


def test_a_cursor_of_another_order(users):
    after = page(4, order=BY_DATE).page_info["end_cursor"]

    for order in (BY_NAME, BY_PK, OrderKey("date_joined")):
        with pytest.raises(InvalidInput):
            _ = page(4, after, order).nodes


def test_an_empty_cursor_is_the_beginning(users):
    assert page(4, "").nodes == page(4).nodes


def test_as_a_connection(users):
    class Member(graphene.ObjectType):
        username = graphene.String()

    class Members(CountedConnection):
        class Meta:
            node = Member

    class Query(graphene.ObjectType):
        members = graphene.Field(Members, **page_arguments(default=3))

        @staticmethod
        def resolve_members(_root, _info, **window):
            return Page(User.objects.all(), order=BY_PK, window=Window(**window))

    result = graphene.Schema(query=Query).execute(
        """{ members { totalCount nodes { username } edges { cursor node { username } }
             pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    )

    assert result.errors is None
    found = result.data["members"]
    names = [{"username": f"u{number}"} for number in range(3)]
    assert found["totalCount"] == 10
    assert found["nodes"] == names
    assert [edge["node"] for edge in found["edges"]] == names
    assert found["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": found["edges"][0]["cursor"],
        "endCursor": found["edges"][2]["cursor"],
    }
