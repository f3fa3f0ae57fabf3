"""What the desk holds while it is open, and how a request finds it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from temporalio.client import Client

from ledger.cases import CaseLedger
from ledger.database import Database
from ledger.desk_rules import DeskRuleBook
from ledger.people import PeopleLedger
from ledger.sessions import SessionLedger
from ledger.sign_in_attempts import SignInAttempts
from ledger.sign_in_flows import SignInFlows
from starter.engine import connect_at_first_use
from starter.settings import Settings

LEDGER_CONNECTIONS = 20
"""For all requests of one desk together; each holds a connection for one query."""


class DeskConnections(NamedTuple):
    """The engine, and the books of the ledger. Either may be away, and come back."""

    engine: Client
    database: Database
    ledger: CaseLedger
    rules: DeskRuleBook
    people: PeopleLedger
    sessions: SessionLedger
    attempts: SignInAttempts
    flows: SignInFlows


@asynccontextmanager
async def open_desk_connections(settings: Settings) -> AsyncGenerator[DeskConnections]:
    """Hold engine and ledger for the block. Nothing is connected until it is first used."""
    database = Database.at(settings.database_url, connections=LEDGER_CONNECTIONS)
    try:
        yield DeskConnections(
            engine=await connect_at_first_use(settings),
            database=database,
            ledger=CaseLedger(database),
            rules=DeskRuleBook(database),
            people=PeopleLedger(database),
            sessions=SessionLedger(database),
            attempts=SignInAttempts(database),
            flows=SignInFlows(database),
        )
    finally:
        await database.close()


def connections_of(request: Request) -> DeskConnections:
    """What the application of this request holds."""
    connections: DeskConnections = request.app.state.connections
    return connections


def _engine(request: Request) -> Client:
    return connections_of(request).engine


def _ledger(request: Request) -> CaseLedger:
    return connections_of(request).ledger


def settings_of(request: Request) -> Settings:
    """The settings of the application of this request."""
    settings: Settings = request.app.state.settings
    return settings


Held = Annotated[DeskConnections, Depends(connections_of)]
Engine = Annotated[Client, Depends(_engine)]
Ledger = Annotated[CaseLedger, Depends(_ledger)]
