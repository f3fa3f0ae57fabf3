"""How the shared types stand in PostgreSQL columns, and come back as what they were."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Dialect, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.types import TypeDecorator

Code = TypeVar("Code", bound=StrEnum)
Model = TypeVar("Model")


class Coded(TypeDecorator[Code], Generic[Code]):
    """An enumeration, kept as its text: a new member needs no migration."""

    impl = Text
    cache_ok = True

    def __init__(self, codes: type[Code]) -> None:
        super().__init__()
        self.codes = codes

    def process_bind_param(self, value: Code | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Code | None:
        """From the database."""
        return None if value is None else self.codes(value)


class Embedded(TypeDecorator[Model], Generic[Model]):
    """A shared type, kept whole as JSON."""

    impl = JSONB
    cache_ok = True

    def __init__(self, adapter: TypeAdapter[Model]) -> None:
        super().__init__()
        self.adapter = adapter

    def process_bind_param(self, value: Model | None, dialect: Dialect) -> object:
        """To the database."""
        return None if value is None else self.adapter.dump_python(value, mode="json")

    def process_result_value(self, value: object, dialect: Dialect) -> Model | None:
        """From the database."""
        return None if value is None else self.adapter.validate_python(value)


class Names(TypeDecorator[tuple[str, ...]]):
    """Several short texts in their order."""

    impl = ARRAY(Text)
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> list[str] | None:
        """To the database."""
        return None if value is None else list(value)

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> tuple[str, ...] | None:
        """From the database."""
        return None if value is None else tuple(value)


class Moment(TypeDecorator[datetime]):
    """A point in time, to the microsecond; always read back in UTC, whatever the server's time zone is."""

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database. Raises ValueError for a time without a time zone."""
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; give it one, such as UTC")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else value.astimezone(UTC)
