import pytest
from django.contrib.auth.models import AnonymousUser

from gateway.core.accounts.schema.types import load_user


def test_one_may_load_oneself_without_a_query(ann, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert load_user(ann, str(ann.pk)) is ann


def test_another_user_is_absent(ann, bob):
    assert load_user(ann, str(bob.pk)) is None


def test_a_superuser_may_load_anyone(root, bob):
    assert load_user(root, str(bob.pk)) == bob


@pytest.mark.parametrize("local_id", ["", "x", "-1", "0", "999999", "1.0", "9" * 30, "None", "²"])
def test_what_is_nobody_is_none(root, local_id):
    assert load_user(root, local_id) is None


def test_nobody_may_load_nobody(ann):
    assert load_user(AnonymousUser(), "None") is None
    assert load_user(AnonymousUser(), str(ann.pk)) is None
