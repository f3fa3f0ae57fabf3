"""An app on a real port, in a thread of its own."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from demo.embedded.ports import LOOPBACK
from demo.faults import CuttableProtocol
from starter.serving import listen


@contextmanager
def served(app: ASGIApp) -> Generator[str]:
    """Serve while the block lasts; gives the address."""
    config = uvicorn.Config(app, log_level="warning", http=CuttableProtocol, lifespan="off")
    server = uvicorn.Server(config)
    with listen(LOOPBACK, 0) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
