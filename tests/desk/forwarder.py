"""A wire to the engine that can be cut and mended, as when a server is stopped and started again."""

import asyncio
from contextlib import suppress


class Wire:
    """Passes every byte on to a port, until it is cut."""

    def __init__(self, port: int, to: str) -> None:
        self.address = f"127.0.0.1:{port}"
        self._port = port
        self._to = to.split(":")
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        """Take connections."""
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1", self._port)

    async def cut(self) -> None:
        """Drop every connection and take no more."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        self._server = None

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(self._to[0], int(self._to[1]))
        self._open |= {writer, far_writer}
        with suppress(ConnectionError):
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        self._open -= {writer, far_writer}
        writer.close()
        far_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
