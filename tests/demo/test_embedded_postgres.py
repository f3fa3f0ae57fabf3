import math
import os

import psycopg
import pytest

from demo.embedded.ports import free_ports
from demo.embedded.postgres import EmbeddedPostgres
from tests.conftest import ServerDirectories


def test_data_survives_a_stop_and_a_start(server_directory: ServerDirectories) -> None:
    server = EmbeddedPostgres(server_directory(), free_ports(1)[0])
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    server.stop()
    server.start()
    try:
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)
    finally:
        server.stop()


def test_vectors_are_available(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE EXTENSION vector")
        found = connection.execute("SELECT '[1,0]'::vector <-> '[0,1]'::vector").fetchone()
    assert found is not None
    assert math.isclose(found[0], math.sqrt(2))


def test_committed_data_survives_a_kill(server_directory: ServerDirectories) -> None:
    server = EmbeddedPostgres(server_directory(), free_ports(1)[0])
    server.start()
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 'signal' AS word")
    server.kill()
    server.start()
    try:
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SELECT word FROM kept").fetchone() == ("signal",)
    finally:
        server.stop()


def test_the_lock_of_a_killed_server_whose_id_another_program_has_is_cleared(
    server_directory: ServerDirectories,
) -> None:
    directory = server_directory()
    server = EmbeddedPostgres(directory, free_ports(1)[0])
    server.start()
    server.stop()
    (directory / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    server.start()
    try:
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        server.stop()


def test_a_server_that_cannot_start_says_why(server_directory: ServerDirectories) -> None:
    directory = server_directory()
    server = EmbeddedPostgres(directory, free_ports(1)[0])
    server.start()
    server.stop()
    (directory / "data" / "postgresql.conf").write_text("no_such_setting = on\n")
    with pytest.raises(RuntimeError, match=r"(?s)PostgreSQL ended .*no_such_setting"):
        server.start()
