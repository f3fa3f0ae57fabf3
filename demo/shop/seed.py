"""What the shop starts with, as written in a YAML file. Dates may be told from today, so that the demo never ages."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import yaml
from pydantic import TypeAdapter, ValidationError, model_validator

from cases.errors import InvalidInput
from cases.facts import Account, Order, Payment, Subscription
from cases.record import Document

FROM_TODAY = re.compile(r"today(?P<days>[+-]\d{1,4})?")
"""A date told from the day of seeding: `today`, `today-3`, `today+2`."""


class Seed(Document):
    """The shop's first records."""

    customers: tuple[Account, ...]
    orders: tuple[Order, ...] = ()
    payments: tuple[Payment, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()

    @model_validator(mode="after")
    def _owners_are_here(self) -> Self:
        known = {customer.id for customer in self.customers}
        owned = (*self.orders, *self.payments, *self.subscriptions)
        strays = [record.id for record in owned if record.customer_id not in known]
        if strays:
            raise ValueError(f"{', '.join(strays)} belong to customers who are not in the file")
        return self


def read_seed(file: Path, today: date) -> Seed:
    """Read a seed as it stands on a day. Raises InvalidInput naming the file and the first field that is wrong."""
    try:
        written = _Written.validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))
        return Seed.model_validate({kind: [_dated(entry, today) for entry in written[kind]] for kind in written})
    except FileNotFoundError as error:
        raise InvalidInput(
            str(file), "there is no such file.", "Give the shop its first records with --seed."
        ) from error
    except yaml.YAMLError as error:
        raise InvalidInput(str(file), f"it is not YAML: {error}.", "Mend it at that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise InvalidInput(
            f"{file} {where}", f"{first['msg']}.", "Mend that entry; `cases/facts.py` has the fields."
        ) from error


_Written = TypeAdapter(dict[str, list[dict[str, object]]])


def _dated(entry: dict[str, object], today: date) -> dict[str, object]:
    return {field: _resolved(value, today) for field, value in entry.items()}


def _resolved(value: object, today: date) -> object:
    told = FROM_TODAY.fullmatch(value) if isinstance(value, str) else None
    return value if told is None else today + timedelta(days=int(told["days"] or 0))
