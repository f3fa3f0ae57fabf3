"""How a request finds the engine and the ledger of the application it was sent to."""

from typing import Annotated

from fastapi import Depends, Request
from temporalio.client import Client

from ledger.cases import CaseLedger
from starter.connections import Connections


def _engine(request: Request) -> Client:
    return _connections(request).engine


def _ledger(request: Request) -> CaseLedger:
    return _connections(request).ledger


def _connections(request: Request) -> Connections:
    connections: Connections = request.app.state.connections
    return connections


OpenConnections = Annotated[Connections, Depends(_connections)]
Engine = Annotated[Client, Depends(_engine)]
Ledger = Annotated[CaseLedger, Depends(_ledger)]
