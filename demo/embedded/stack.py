"""The embedded engine: every part of Signalbox on one machine, its data in one directory.

    with DevStack(Path(".signalbox"), StackPorts()) as stack:
        print(stack.addresses.temporal_ui)

`worker.py --dev`, `signalbox demo` and the crash tests run on it. Its parts start side by side as far as they allow,
end together, and end with this process however that ends; their data stays for the next start.
"""

import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from types import TracebackType
from typing import Self

from cases.errors import StackUnavailable
from demo.embedded.addresses import Addresses, StackPorts, free_base, kept_token, loopback_url
from demo.embedded.directory_lock import DirectoryLock
from demo.embedded.help_centre import index_help_centre
from demo.embedded.leftovers import ProcessBook
from demo.embedded.parts import NEEDS, STOP_ORDER, Part, PartState, Progress, Report, unreported
from demo.embedded.people import let_in_demo_people
from demo.embedded.ports import LOOPBACK
from demo.embedded.postgres import EmbeddedPostgres
from demo.embedded.servers import Server, stack_servers
from demo.embedded.temporal_server import NAMESPACE
from ledger.migrate import migrate

ADDRESSES_FILE = "addresses.json"


class DevStack:
    """All parts, or those asked for. One stack a data directory; `start` and `stop` from one thread."""

    def __init__(
        self,
        data_directory: Path,
        ports: StackPorts,
        *,
        parts: Iterable[Part] = Part,
        report: Report = unreported,
    ) -> None:
        """Describe the stack; nothing starts yet."""
        self._data = data_directory.absolute()
        self._ports = ports
        self._parts = [part for part in Part if part in set(parts)]
        self._report = report
        self._reporting = threading.Lock()
        self._stopping = threading.Event()
        self._lock = DirectoryLock(self._data)
        self._book = ProcessBook(self._data / "processes.json")
        self._servers: dict[Part, Server] = {}
        self._addresses: Addresses | None = None

    @property
    def data(self) -> Path:
        """The directory of everything it keeps."""
        return self._data

    @property
    def addresses(self) -> Addresses:
        """Where everything is. Raises RuntimeError before `start`."""
        if self._addresses is None:
            raise RuntimeError("The stack has not been started; its addresses are not known.")
        return self._addresses

    def server(self, part: Part) -> Server:
        """One process of the stack, to be looked at, killed or started again."""
        return self._servers[part]

    def start(self) -> None:
        """Start every part and write down where it is.

        Raises StackUnavailable with a sentence that names the directory, the ports or the part that hinders it;
        nothing of it runs then.
        """
        self._data.mkdir(parents=True, exist_ok=True)
        self._lock.take()
        try:
            self._addresses_file.unlink(missing_ok=True)
            self._book.end_leftovers()
            self._refuse_busy_ports()
            self._addresses = self._name_addresses()
            self._servers = stack_servers(self._data, self._ports, self._addresses)
            self._start_parts()
            self._addresses.write(self._addresses_file)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End every part, those that use others first. The data stays. Stopping what does not run does nothing."""
        if not self._lock.taken:
            return
        self._stopping.set()
        self._addresses_file.unlink(missing_ok=True)
        self._end_servers()
        self._book.clear()
        self._lock.release()
        self._stopping.clear()

    def ended_part(self) -> Part | None:
        """A part that was started and has ended by itself, if there is one."""
        running = (part for part in self._parts if part in self._servers)
        return next((part for part in running if self._servers[part].pid is None), None)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _addresses_file(self) -> Path:
        return self._data / ADDRESSES_FILE

    def _refuse_busy_ports(self) -> None:
        busy = self._ports.busy()
        if busy:
            way_out = f"Stop what holds it, or choose other ports: `make demo PORT_BASE={free_base()}`."
            raise StackUnavailable("\n".join((*busy, way_out)))

    def _name_addresses(self) -> Addresses:
        return Addresses(
            temporal_address=f"{LOOPBACK}:{self._ports.temporal}",
            temporal_namespace=NAMESPACE,
            temporal_ui=loopback_url(self._ports.temporal_ui),
            database_url=EmbeddedPostgres(self._data / "postgres", self._ports.postgres).url(),
            shop_url=loopback_url(self._ports.shop),
            helpdesk_url=loopback_url(self._ports.helpdesk),
            api_url=loopback_url(self._ports.api),
            api_token=kept_token(self._data / "api-token"),
            desk_url=loopback_url(self._ports.desk),
        )

    def _start_parts(self) -> None:
        with ThreadPoolExecutor(len(Part), thread_name_prefix="starts-parts") as pool:
            starts: dict[Part, Future[None]] = {}
            for part in self._parts:
                needed = [starts[need] for need in NEEDS[part] if need in starts]
                starts[part] = pool.submit(self._start_part, part, needed)
            try:
                for start in as_completed(starts.values()):
                    start.result()
            except BaseException:
                # Ends the waiting of the others, which wait for servers that are gone.
                self._stopping.set()
                self._end_servers()
                raise

    def _start_part(self, part: Part, needed: list[Future[None]]) -> None:
        for start in needed:
            start.result()
        if self._stopping.is_set():
            raise StackUnavailable(f"{part} was not started: the stack is being stopped.")
        begun = time.monotonic()
        self._tell(part, PartState.STARTING, begun)
        try:
            self._bring_up(part)
        except Exception as error:
            # A part that is ended because another failed has not failed itself.
            if not self._stopping.is_set():
                self._tell(part, PartState.FAILED, begun)
            raise StackUnavailable(str(error)) from error
        self._tell(part, PartState.READY, begun)

    def _bring_up(self, part: Part) -> None:
        match part:
            case Part.LEDGER:
                migrate(self.addresses.database_url)
            case Part.HELP_CENTRE:
                index_help_centre(self.addresses.database_url)
            case Part.PEOPLE:
                let_in_demo_people(self.addresses.database_url, self._data)
            case _:
                server = self._servers[part]
                server.start()
                if server.pid is not None:
                    self._book.add(server.pid)

    def _tell(self, part: Part, state: PartState, begun: float) -> None:
        with self._reporting:
            self._report(Progress(part=part, state=state, seconds=time.monotonic() - begun))

    def _end_servers(self) -> None:
        with ThreadPoolExecutor(len(Part), thread_name_prefix="stops-parts") as pool:
            for group in STOP_ORDER:
                ending = [pool.submit(self._servers[part].stop) for part in group if part in self._servers]
                for end in ending:
                    end.result()
