"""`signalbox cache`: what may be answered with an earlier answer, and how to take answers out."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer
from rich.table import Table

from cases.errors import InvalidInput
from cases.record import Record
from ledger.cached_answers import CachedAnswers, CacheFilter
from ledger.database import Database
from starter.command_line.exits import with_exit_code
from starter.command_line.options import JsonOption
from starter.command_line.output import console, print_json, printable
from starter.settings import load_settings

TenantOption = Annotated[str | None, typer.Option("--tenant", metavar="NAME", help="Only this tenant's.")]
IntentOption = Annotated[str | None, typer.Option("--intent", metavar="NAME", help="Only answers to this intent.")]
ArticleOption = Annotated[str | None, typer.Option("--article", metavar="ID", help="Only answers from this article.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="At most so many.")]
AllOption = Annotated[bool, typer.Option("--all", help="Every answer of every tenant.")]

Result = TypeVar("Result")

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


class Evicted(Record):
    """How many answers were taken out."""

    evicted: int


@command.callback()
def cache() -> None:
    """See which answers may be given again, and take answers out."""


@command.command("list")
@with_exit_code
def list_answers(
    tenant: TenantOption = None,
    intent: IntentOption = None,
    article: ArticleOption = None,
    limit: LimitOption = 50,
    *,
    as_json: JsonOption = False,
) -> None:
    """List what is kept, given most often first."""
    wanted = CacheFilter(tenant=tenant, intent=intent, article=article)
    kept = asyncio.run(_with_answers(lambda answers: answers.answers(wanted, limit)))
    if as_json:
        print_json(kept)
    elif kept:
        table = Table("hits", "question", "intent", "case", "until", box=None)
        for answer in kept:
            until = f"{answer.expires_at:%Y-%m-%d}"
            table.add_row(str(answer.hits), printable(answer.question), answer.key.intent, answer.case_id, until)
        console().print(table)
    else:
        typer.echo("No answer is kept.")


@command.command("evict")
@with_exit_code
def evict(
    tenant: TenantOption = None,
    intent: IntentOption = None,
    article: ArticleOption = None,
    *,
    everything: AllOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take answers out: at once, for every worker. The next question like it is drafted anew."""
    wanted = CacheFilter(tenant=tenant, intent=intent, article=article)
    if everything == (wanted != CacheFilter()):
        raise InvalidInput(
            "--all", "says something else than the rest.", "Name --tenant, --intent or --article, or give --all alone."
        )
    evicted = asyncio.run(_with_answers(lambda answers: answers.evict(wanted)))
    if as_json:
        print_json(Evicted(evicted=evicted))
    else:
        typer.echo(f"{evicted} answer{'' if evicted == 1 else 's'} taken out.")


async def _with_answers(ask: Callable[[CachedAnswers], Awaitable[Result]]) -> Result:
    database = Database.at(load_settings().database_url, connections=1)
    try:
        return await ask(CachedAnswers(database, ANY_EMBEDDER))
    finally:
        await database.close()


ANY_EMBEDDER = ""
"""Listing and evicting compare no vectors."""
