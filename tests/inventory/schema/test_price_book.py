"""setPriceBook: its users, its refusals, and that all prices are computed again."""

from decimal import Decimal

import pytest
from django.utils import timezone

from inventory.live import repricing
from inventory.live.store import store_listing
from inventory.models import Grant, PriceBook, Provider, Role, VirtualMachine
from inventory.tasks import prune
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator, make_user

SET = """mutation ($provider: ID!, $text: String!) {
    setPriceBook(input: {provider: $provider, text: $text}) { repriced
        provider { priceBook { text setAt setBy { login } } } errors { field code message } } }"""
BOOKS = "{ providers { name priceBook { text } } }"
ONE = "sizes: {one: 2 / hour}\n"


@pytest.fixture
def provider(user):
    provider = make_simulator(user, machines=0)
    records = [
        MachineRecord(f"i-{n}", f"i-{n}", MachineState.RUNNING, "running", size_id=size)
        for n, size in enumerate(("one", "two"))
    ]
    store_listing(machine_source(provider).pk, records, started_at=timezone.now())
    return provider


def set_book(ask, provider, text, **options):
    return ask(SET, provider=provider.scope, text=text, **options).data["setPriceBook"]


def costs():
    return [row.monthly_cost for row in VirtualMachine.objects.order_by("pk")]


def test_rows_are_priced_before_the_answer_and_an_empty_book_is_none(ask, user, provider):
    answer = set_book(ask, provider, ONE)

    assert (answer["errors"], answer["repriced"]) == ([], 1)
    shown = answer["provider"]["priceBook"]
    assert (shown["text"], shown["setBy"]["login"]) == (ONE, user.username)
    assert costs() == [1_460_000_000, None]
    assert set_book(ask, provider, ONE)["repriced"] == 0
    answer = set_book(ask, provider, " \n")
    assert (answer["repriced"], answer["provider"]["priceBook"]) == (1, None)
    assert costs() == [None, None]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("prices:\n  vcpu: -1 / vCPU-hour\n", 2),
        ("prices:\n\n  memory: 1 / hour\n", 3),
        ("currency: EUR", 1),
        ("currency: EUR\nrate: {dollars: 1, date: 2999-01-01}", 2),
        ("a: &a [*a]", 1),
        ("x" * 100_000, 1),
    ],
)
def test_a_wrong_book_changes_nothing_and_its_line_is_named(ask, provider, text, line):
    set_book(ask, provider, ONE)
    [error] = set_book(ask, provider, text)["errors"]

    assert (error["field"], error["code"]) == ("text", "INVALID")
    assert error["message"].startswith(f"Line {line}: ")
    assert PriceBook.objects.get().text == ONE
    assert costs() == [1_460_000_000, None]


def test_only_admins_set_and_see_it(ask, provider):
    set_book(ask, provider, ONE)
    viewer, admin = make_user(), make_user()
    for user, role in ((viewer, Role.OPERATOR), (admin, Role.ADMIN)):
        Grant.objects.create(provider=provider, user=user, role=role)

    [error] = set_book(ask, provider, "", asker=viewer)["errors"]
    assert error["code"] == "FORBIDDEN"
    assert ask(BOOKS, viewer).data["providers"][0]["priceBook"] is None
    assert ask(BOOKS, admin).data["providers"][0]["priceBook"] == {"text": ONE}
    [error] = set_book(ask, provider, "", asker=make_user())["errors"]
    assert error["code"] == "NOT_FOUND"


def test_books_of_many_providers_are_one_query(ask, user, provider, django_assert_max_num_queries):
    make_simulator(user, machines=0)
    with django_assert_max_num_queries(12) as few:
        ask(BOOKS)
    for _ in range(3):
        set_book(ask, make_simulator(user, machines=0), ONE)
    with django_assert_max_num_queries(len(few)):
        assert len(ask(BOOKS).data["providers"]) == 5


def test_a_demo_with_a_price_book_of_a_user_is_theirs(ask, provider):
    Provider.objects.update(demo=True)
    set_book(ask, provider, ONE)
    assert not Provider.objects.get().demo


def test_what_an_interrupted_request_left_out_is_priced_by_the_hourly_task(
    ask, provider, monkeypatch
):
    monkeypatch.setattr(repricing, "MOST_ROWS", 1)
    PriceBook.objects.create(
        provider=provider, text="prices: {vcpu: 1 / vCPU-hour}\n" + ONE, set_at=timezone.now()
    )
    VirtualMachine.objects.filter(size_id="two").update(vcpus=3)
    prune()

    assert costs() == [1_460_000_000, 2_190_000_000]


def test_a_book_of_another_release_is_as_if_there_were_none(provider):
    PriceBook.objects.create(provider=provider, text="no: book", set_at=timezone.now())
    VirtualMachine.objects.update(price_per_hour=Decimal("0.1"))
    assert repricing.reprice(provider) == 2
    assert costs() == [73_000_000] * 2


def test_its_day_is_that_on_which_it_was_set(ask, provider):
    set_book(ask, provider, ONE)
    row = VirtualMachine.objects.get(size_id="one")
    assert row.price_as_of == PriceBook.objects.get().set_at.date()
