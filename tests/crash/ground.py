"""The ground crash tests stand on: every server for real, a worker that can be killed, and what truly happened."""

import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import httpx
from temporalio.client import Client

from cases.case import CaseView
from cases.review import Approve
from cases.ticket import Message
from demo.embedded.addresses import StackPorts, free_base
from demo.embedded.child_process import ChildProcess
from demo.embedded.parts import Part
from demo.embedded.ports import LOOPBACK
from demo.embedded.servers import PROJECT, Service
from demo.embedded.stack import DevStack
from ledger.cases import CaseLedger
from ledger.database import Database
from starter.intake import customer_message, decide, start_case
from starter.payloads import DATA_CONVERTER
from starter.settings import DEFAULT_POLICY
from tests.crash.buyers import Buyer
from tests.crash.gated_worker import gate_file, inside_file
from tests.waiting import eventually


class Ground:
    """All servers of one stack but the worker, which the tests start and kill themselves."""

    def __init__(self, directory: Path, stack: DevStack, ports: StackPorts, environment: dict[str, str]) -> None:
        self.directory = directory
        self.stack = stack
        self._ports = ports
        self._environment = environment
        self.worker = self._new_worker()
        self._database = Database.at(stack.addresses.database_url, connections=4)
        self.ledger = CaseLedger(self._database)
        self.shop = httpx.AsyncClient(base_url=stack.addresses.shop_url, trust_env=False, timeout=20)
        self.helpdesk = httpx.AsyncClient(base_url=stack.addresses.helpdesk_url, trust_env=False, timeout=20)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shop.aclose()
        await self.helpdesk.aclose()
        await self._database.close()

    async def mend(self) -> None:
        """Begin anew: no faults, open gates, a worker that works."""
        (await self.shop.delete("/faults")).raise_for_status()
        (await self.helpdesk.delete("/faults")).raise_for_status()
        for job in ("classify", "draft"):
            self.open(job)
        if self.worker.pid is None:
            self.worker.start()

    async def client(self) -> Client:
        """A client of the engine."""
        return await Client.connect(self.stack.addresses.temporal_address, data_converter=DATA_CONVERTER)

    async def bring_in(self, buyer: Buyer) -> str:
        """Let a buyer ask for the money back."""
        await self.prepare(buyer)
        return await self.start(buyer)

    async def prepare(self, buyer: Buyer) -> None:
        """Let the shop know the buyer, and the helpdesk the ticket."""
        buyer.enter(self.stack.addresses.database_url)
        ticket = buyer.ticket
        (await self.helpdesk.put(f"/tickets/{ticket.id}", json=ticket.model_dump(mode="json"))).raise_for_status()

    async def start(self, buyer: Buyer) -> str:
        """Bring the ticket in through the real door."""
        return (await start_case(await self.client(), self.ledger, buyer.ticket)).case_id

    async def write(self, case_id: str, text: str, number: int) -> None:
        """Let the customer write again."""
        message = Message(id=f"m{number}", text=text, sent_at=datetime.now(UTC))
        await customer_message(await self.client(), self.ledger, case_id, message)

    async def approve(self, view: CaseView, *, undo_seconds: int = 0) -> None:
        """Let a person approve what is proposed, and leave them time to take it back."""
        assert view.review is not None
        decision = Approve(
            request_id=view.review.id,
            case_version=view.review.case_version,
            reviewer="Rita",
            undo_seconds=undo_seconds,
        )
        await decide(await self.client(), view.case_id, decision)

    async def until(self, case_id: str, reached: Callable[[CaseView], bool], what: str) -> CaseView:
        """Wait until the ledger shows a case so."""

        async def look() -> CaseView | None:
            view = await self.ledger.case(case_id)
            return view if view is not None and reached(view) else None

        return await eventually(look, f"{case_id} to {what}")

    async def outcome(self, case_id: str) -> CaseView:
        """Wait until a case has ended."""
        return await self.until(case_id, lambda view: view.outcome is not None, "reach an outcome")

    async def refunds(self, case_id: str) -> int:
        """How often the shop really sent money back for a case."""
        effects = (await self.shop.get("/effects")).json()
        return sum(effect["key"].startswith(f"{case_id}/") and effect["kind"] == "refund" for effect in effects)

    async def replies(self, case_id: str) -> Counter[str]:
        """How often each text of ours stands in the helpdesk for the customer, by its reference."""
        ticket_id = case_id.rsplit(":", 1)[1]
        messages = (await self.helpdesk.get(f"/tickets/{ticket_id}/messages")).json()
        ours = [m for m in messages if m["author"] == "signalbox" and m["visibility"] == "public"]
        return Counter(str(message["reference"]) for message in ours)

    def shut(self, job: str) -> None:
        """Hold the next model call of a job inside the worker."""
        inside_file(self.directory, job).unlink(missing_ok=True)
        gate_file(self.directory, job).touch()

    def open(self, job: str) -> None:
        """Let model calls of a job through."""
        gate_file(self.directory, job).unlink(missing_ok=True)

    async def inside(self, job: str) -> None:
        """Wait until a model call is held."""

        async def look() -> bool:
            return inside_file(self.directory, job).exists()

        await eventually(look, f"a worker to {job}")

    def _new_worker(self) -> Service:
        health = f"{LOOPBACK}:{self._ports.health}"
        options = ["--health", health, "--metrics", f"{LOOPBACK}:{self._ports.metrics}", "--logs", "lines"]
        child = ChildProcess(
            "worker",
            [sys.executable, "-m", "tests.crash.gated_worker", str(self.directory), *options],
            self.directory / "worker.log",
            directory=PROJECT,
            environment={**os.environ, **self.stack.addresses.environment, **self._environment},
        )
        return Service(child, f"http://{health}/readyz")


@contextmanager
def ground(directory: Path, kept: Path) -> Generator[Ground]:
    """Bring everything up on free ports, under the local policy with quick patience.

    What the local models have learnt is in `kept`, so that not every worker learns it again.
    """
    ports = StackPorts.from_base(free_base())
    parts = [part for part in Part if part not in (Part.WORKER, Part.API, Part.HELP_CENTRE)]
    stack = DevStack(directory / "data", ports, parts=parts)
    with stack:
        environment = {
            "SIGNALBOX_POLICY": str(impatient_policy(directory / "policies")),
            "SIGNALBOX_DATA": str(kept),
        }
        standing = Ground(directory, stack, ports, environment)
        try:
            yield standing
        finally:
            standing.worker.stop()


def impatient_policy(directory: Path) -> Path:
    """The local policy with short times, so that a lost call is soon known to be lost."""
    shutil.copytree(DEFAULT_POLICY.parent, directory)
    patient = "tool_times: {lookup_seconds: 10, action_seconds: 30, helpdesk_seconds: 20, settle_attempts: 6}"
    shop = directory / "shop.yaml"
    text = shop.read_text()
    assert patient in text
    hasty = "tool_times: {lookup_seconds: 3, action_seconds: 2, helpdesk_seconds: 2, settle_attempts: 4}"
    shop.write_text(text.replace(patient, hasty))
    file = directory / DEFAULT_POLICY.name
    file.write_text(re.sub(r"^version: .*$", "version: local-impatient", file.read_text(), flags=re.MULTILINE))
    return file
