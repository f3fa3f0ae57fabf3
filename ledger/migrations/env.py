"""How Alembic runs the revisions here: on the connection `ledger.migrate` hands in, inside its transaction.

A new revision is drafted with `command.revision(configuration, autogenerate=True)` and read before it is kept; the test
`test_the_migrations_make_exactly_the_tables_of_the_models` tells when one is missing.
"""

from alembic import context
from sqlalchemy import Connection

from ledger.tables import LedgerTable

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=LedgerTable.metadata)
context.run_migrations()
