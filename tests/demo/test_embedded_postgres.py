from pathlib import Path

import psycopg

from demo.embedded.ports import free_ports
from demo.embedded.postgres import EmbeddedPostgres


def test_data_survives_a_stop_and_a_start(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg", free_ports(1)[0])
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
        assert connection.execute("SELECT '[1,0]'::vector <-> '[0,1]'::vector").fetchone() is not None
