"""A fake helpdesk on a real port, on whose connections faults can strike."""

from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from demo.faults import CuttableProtocol
from tests.serving import serving


@contextmanager
def served(app: ASGIApp) -> Generator[str]:
    """Serve while the block lasts; gives the address."""
    with serving(uvicorn.Config(app, log_level="warning", http=CuttableProtocol, lifespan="off")) as address:
        yield address
