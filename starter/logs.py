"""How a process of Signalbox logs: JSON for machines or quiet lines for people; ids, and never what people wrote."""

import logging
import sys
import traceback
from enum import StrEnum
from typing import cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from cases.errors import SignalboxError


class LogFormat(StrEnum):
    """Who reads the log."""

    JSON = "json"
    LINES = "lines"


SAYS_NOTHING_PERSONAL = (SignalboxError, ApplicationError, RPCError)
"""Errors whose message may be logged. Others may quote a ticket, as Pydantic's do with the value they refuse."""

QUIET = ("httpx", "httpcore", "httpx2", "alembic", "temporalio.worker")
"""Libraries that log at INFO what need not be known; the HTTP clients, each request with what was looked up by."""

TEMPORAL_DETAILS = ("temporal_workflow", "temporal_activity")
"""Where Temporal's loggers put the ids of what they speak of."""


def configure_logs(form: LogFormat) -> None:
    """Send all that this process logs, ours and the libraries', to standard error in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(allow=TEMPORAL_DETAILS),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=_last_processors(form))
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # The ids stand in fields of their own; Temporal would also paste them into the sentence.
    activity.logger.activity_info_on_message = False
    workflow.logger.workflow_info_on_message = False


def _last_processors(form: LogFormat) -> list[Processor]:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    match form:
        case LogFormat.JSON:
            return [strip, tell_failure, structlog.processors.JSONRenderer()]
        case LogFormat.LINES:
            return [strip, tell_failure, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]


def tell_failure(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Put an exception, and what caused it, as `failure`: type and place, and the message where it is safe."""
    error = _raised(event.pop("exc_info", None))
    if error is not None:
        event["failure"] = _told(error)
    return event


def _raised(exc_info: object) -> BaseException | None:
    """The exception of a log record, in any of the ways that loggers hand it on."""
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return next((part for part in cast("tuple[object, ...]", exc_info) if isinstance(part, BaseException)), None)
    return sys.exc_info()[1] if exc_info else None


def _told(error: BaseException | None) -> list[str]:
    told: list[str] = []
    while error is not None:
        message = f": {error}" if isinstance(error, SAYS_NOTHING_PERSONAL) else ""
        told.append(f"{type(error).__name__}{message}{_place(error)}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name})" if frames else ""
