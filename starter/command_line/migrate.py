"""`signalbox migrate`."""

import typer
from psycopg.conninfo import conninfo_to_dict

from cases.record import Record
from ledger.migrate import migrate
from starter.command_line.options import JsonOption
from starter.command_line.output import print_json
from starter.settings import load_settings


class Migrated(Record):
    """A database that has the tables this version needs."""

    host: str
    database: str


def command(*, as_json: JsonOption = False) -> None:
    """Bring the database at SIGNALBOX_DATABASE_URL up to date. Running it again changes nothing."""
    url = load_settings().database_url
    migrate(url)
    named = conninfo_to_dict(url)
    migrated = Migrated(host=str(named.get("host", "")), database=str(named.get("dbname", "")))
    if as_json:
        print_json(migrated)
    else:
        typer.echo(f"The database {migrated.database} on {migrated.host} is up to date.")
