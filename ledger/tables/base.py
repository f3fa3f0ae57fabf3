"""What all tables of the ledger share: one set of metadata, which the migrations are compared with."""

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel


class LedgerTable(SQLModel):
    """The base of every table. Constraints have names, so that a migration can change them."""

    # SQLModel declares the function that makes up a name; a table here says its own.
    __tablename__: ClassVar[str]  # pyright: ignore[reportIncompatibleVariableOverride, reportIncompatibleMethodOverride]

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
