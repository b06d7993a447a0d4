import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.kept import Kept


def test_of_many_who_ask_at_once_one_looks():
    looks = []

    def look():
        looks.append(threading.current_thread().name)
        time.sleep(0.05)
        return {"database": True}

    kept = Kept(look, 60)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: kept.get(), range(8)))

    assert found == [{"database": True}] * 8
    assert len(looks) == 1


def test_what_was_seen_is_looked_at_again_later():
    answers = iter(["old", "new"])
    kept = Kept(lambda: next(answers), 0)

    assert [kept.get(), kept.get()] == ["old", "new"]


def test_what_is_forgotten_is_looked_at_again_now():
    answers = iter(["old", "new"])
    kept = Kept(lambda: next(answers), 60)

    before = [kept.get(), kept.get()]
    kept.forget()

    assert (before, kept.get()) == (["old", "old"], "new")


def test_a_look_that_fails_is_not_kept():
    answers = iter([ValueError("not now"), "there"])

    def look():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    kept = Kept(look, 60)

    with pytest.raises(ValueError, match="not now"):
        kept.get()
    assert kept.get() == "there"
