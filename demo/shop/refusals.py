"""How the shop says no: one shape for every answer that is not what was asked for."""

from enum import StrEnum

from cases.record import Record


class ProblemCode(StrEnum):
    """What is wrong, for programs."""

    UNKNOWN_RECORD = "unknown_record"
    OTHER_CURRENCY = "other_currency"
    NOT_CAPTURED = "not_captured"
    MORE_THAN_REFUNDABLE = "more_than_refundable"
    ALREADY_SHIPPED = "already_shipped"
    ORDER_ENDED = "order_ended"
    SUBSCRIPTION_ENDED = "subscription_ended"
    UNKNOWN_PLAN = "unknown_plan"
    EMAIL_TAKEN = "email_taken"
    ACCOUNT_CLOSED = "account_closed"
    UNCHANGED = "unchanged"
    INVALID_REQUEST = "invalid_request"
    KEY_MISSING = "key_missing"
    KEY_REUSED = "key_reused"
    UNAVAILABLE = "unavailable"
    DATABASE_LOST = "database_lost"


class Problem(Record):
    """What is wrong, in a sentence a person reads, and which field of the request it is about."""

    code: ProblemCode
    message: str
    field: str | None = None


class ProblemAnswer(Record):
    """The body of every answer that is not what was asked for."""

    error: Problem


class Refusal(Exception):
    """The request is understood and will not be done. `status` is the HTTP status it is answered with."""

    def __init__(self, code: ProblemCode, message: str, field: str | None = None, status: int = 422) -> None:
        super().__init__(message)
        self.problem = Problem(code=code, message=message, field=field)
        self.status = status


def unknown_record(what: str, field: str) -> Refusal:
    """An action on a record the shop does not have."""
    return Refusal(ProblemCode.UNKNOWN_RECORD, f"The shop has no {what}. Check its id.", field)


def not_found(what: str) -> Refusal:
    """A read of what the shop does not have."""
    return Refusal(ProblemCode.UNKNOWN_RECORD, f"The shop has no {what}.", status=404)
