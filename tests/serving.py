"""An app on a real port of loopback, in a thread of its own."""

import threading
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn

from demo.embedded.ports import LOOPBACK
from starter.serving import listen


@contextmanager
def serving(config: uvicorn.Config, port: int = 0) -> Generator[str]:
    """Serve while the block lasts, on any free port if none is named; gives the address."""
    server = uvicorn.Server(config)
    with listen(LOOPBACK, port) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
