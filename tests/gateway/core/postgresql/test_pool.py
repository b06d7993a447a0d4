"""The pool against a real PostgreSQL that is stopped, started again and frozen."""

import threading

import psycopg
import pytest

from gateway.core.postgresql import pool as pool_module
from gateway.core.postgresql.pool import ConnectionPool, PoolBusy, ServerSilent
from tests.postgres import PostgresMissingError, controlled_postgres

MOST = 5


@pytest.fixture(scope="module")
def module_postgres():
    try:
        with controlled_postgres() as controlled:
            yield controlled
    except PostgresMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def postgres(module_postgres):
    yield module_postgres
    module_postgres.restart()


@pytest.fixture
def connections():
    """One entry for each time that the pool connected."""
    return []


@pytest.fixture
def patience(monkeypatch):
    """The seconds to connect and to answer: as many as a busy machine takes."""
    monkeypatch.setattr(pool_module, "ANSWER_SECONDS", 60.0)
    return {"connect": 60}


@pytest.fixture
def pool(module_postgres, connections, patience):
    def connect():
        connections.append(1)
        return psycopg.connect(
            module_postgres.server.url(), autocommit=True, connect_timeout=patience["connect"]
        )

    made = ConnectionPool(connect, most=MOST, wait_seconds=30)
    yield made
    made.close()


def fill(pool):
    """Leave MOST idle connections in it."""
    taken = [pool.getconn() for _ in range(MOST)]
    for connection in taken:
        pool.putconn(connection)


def answer(pool):
    connection = pool.getconn()
    try:
        return connection.execute("SELECT 1").fetchone()[0]
    finally:
        pool.putconn(connection)


def test_a_connection_is_used_again(pool, connections):
    assert [answer(pool) for _ in range(3)] == [1, 1, 1]
    assert len(connections) == 1


@pytest.mark.parametrize("fresh", [0.0, 3600.0])
def test_no_connection_that_a_restart_broke_is_handed_out(pool, postgres, monkeypatch, fresh):
    """This includes a recently used connection, which the pool does not check."""
    monkeypatch.setattr(pool_module, "FRESH_SECONDS", fresh)
    fill(pool)

    postgres.restart()

    assert [answer(pool) for _ in range(2 * MOST)] == [1] * 2 * MOST


def test_a_server_that_is_away_is_an_error_at_once_and_costs_no_place(pool, postgres, connections):
    fill(pool)
    postgres.stop()

    for _ in range(2 * MOST):
        with pytest.raises(psycopg.OperationalError):
            pool.getconn()
    assert len(connections) == MOST + 2 * MOST  # each took one attempt

    postgres.start()
    fill(pool)
    assert answer(pool) == 1


def test_a_frozen_server_is_an_error(pool, postgres, patience, monkeypatch):
    fill(pool)
    monkeypatch.setattr(pool_module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(pool_module, "ANSWER_SECONDS", 0.2)
    patience["connect"] = 2
    postgres.freeze()
    try:
        for _ in range(MOST):
            with pytest.raises(ServerSilent):
                pool.getconn()
        with pytest.raises(psycopg.OperationalError):  # none is left: it connects
            pool.getconn()
    finally:
        postgres.thaw()
    patience["connect"] = 60
    assert answer(pool) == 1


def test_a_connection_that_broke_in_use_is_not_kept(pool, postgres):
    connection = pool.getconn()
    postgres.restart()
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    pool.putconn(connection)

    assert connection.closed
    assert answer(pool) == 1


def test_an_open_transaction_is_rolled_back(pool):
    connection = pool.getconn()
    connection.autocommit = False
    connection.execute("CREATE TABLE left_open (id int)")
    pool.putconn(connection)

    again = pool.getconn()
    assert again is connection
    assert again.execute("SELECT to_regclass('left_open')").fetchone() == (None,)
    pool.putconn(again)


def test_who_finds_all_connections_in_use_waits_for_one(pool):
    taken = [pool.getconn() for _ in range(MOST)]
    waiting = threading.Thread(target=answer, args=[pool])
    waiting.start()
    pool.putconn(taken.pop())
    waiting.join(30)
    assert not waiting.is_alive()
    for connection in taken:
        pool.putconn(connection)


def test_who_gets_none_in_time_is_told_so(pool):
    taken = [pool.getconn() for _ in range(MOST)]
    pool._wait_seconds = 0.01
    with pytest.raises(PoolBusy):
        pool.getconn()
    for connection in taken:
        pool.putconn(connection)


def test_old_and_unused_connections_are_closed(pool, connections, monkeypatch):
    fill(pool)
    monkeypatch.setattr(pool_module, "LONGEST_IDLE_SECONDS", -1.0)
    answer(pool)
    assert not pool._idle

    monkeypatch.undo()
    answer(pool)
    monkeypatch.setattr(pool_module, "LONGEST_LIFE_SECONDS", -1.0)
    answer(pool)
    assert not pool._idle
    assert pool._born == {}
    assert len(connections) == MOST + 1


def test_a_pool_that_is_closed_keeps_no_connection(pool):
    taken = pool.getconn()
    answer(pool)
    pool.close()
    pool.putconn(taken)
    assert taken.closed
    assert not pool._idle
