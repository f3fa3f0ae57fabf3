"""Whatever happens, in whatever order: at most one effect a request, and what is told as executed is in the records.

A made-up shop carries requests out at once, late or never, and loses answers; workers die; a reviewer approves again;
somebody changes the record by hand. The ledger is real, and so is all of acting; the time is the machine's.
"""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, NoReturn

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.act import Acting
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.action import ActionArguments, ActionKind, ActionResult, ActionStatus, Refund
from cases.errors import ToolOutcomeUnknown, ToolRefused, ToolUnavailable
from cases.facts import Account, Order, Payment, PaymentStatus, Subscription
from cases.money import Money
from cases.target_records import TargetRecords
from cases.work import ActRequest
from integrations.commerce.protocol import Operation, Proof, Receipt
from ledger.actions import ActionLedger
from ledger.database import Database
from ledger.migrate import migrate
from ledger.policies import PolicyLedger
from ledger.switches import SwitchLedger
from tests.activities.acting import MARGIN_SECONDS, asked, eur, policy

SERVER_SECONDS = 60.0
AMOUNT = Decimal("10.00")


class Fate(StrEnum):
    """What becomes of a request."""

    ANSWERED = "done and answered"
    ANSWER_LOST = "done, the answer lost"
    LATE = "done later, the answer lost"
    LOST = "never done, the answer lost"
    NOT_TAKEN = "no connection"
    DIES_BEFORE = "the worker dies before it is sent"
    DIES_AFTER = "the worker dies once it is done"
    DIES_AND_LATE = "the worker dies, and it is done later"


class WorkerDied(Exception):
    """The end of a worker."""


class Late(NamedTuple):
    """A request that is still to be carried out, at the latest when the shop's own timeout ends."""

    key: str
    arguments: Refund
    until: datetime


class Effect(NamedTuple):
    """Money that went back, and what was asked for it."""

    key: str
    amount: Decimal


class MadeUpShop:
    """One payment of 1,000 EUR. What it knows of keys is what `proof` says."""

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.now = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
        self.effects: list[Effect] = []
        self.late: list[Late] = []
        self.fates: Iterator[Fate] = iter(())

    def operation(self, kind: ActionKind) -> Operation:
        return Operation(proof=self.proof, server_seconds=SERVER_SECONDS)

    async def target_records(self, arguments: ActionArguments) -> TargetRecords:
        return TargetRecords(target="pay_1", read_at=self.now, payments=(self.payment,))

    @property
    def payment(self) -> Payment:
        return Payment(
            id="pay_1",
            customer_id="cus_1",
            status=PaymentStatus.CAPTURED,
            amount=eur("1000.00"),
            refunded=Money(amount=sum((one.amount for one in self.effects), Decimal("0.00")), currency="EUR"),
            paid_on=self.now.date(),
            method="card",
        )

    async def execute(self, key: str, arguments: ActionArguments) -> Receipt:
        assert isinstance(arguments, Refund)
        match next(self.fates, Fate.ANSWERED):
            case Fate.ANSWERED:
                return self.carry_out(key, arguments)
            case Fate.ANSWER_LOST:
                self.carry_out(key, arguments)
            case Fate.LATE:
                self._put_off(key, arguments)
            case Fate.LOST:
                pass
            case Fate.NOT_TAKEN:
                raise ToolUnavailable("nobody listens")
            case Fate.DIES_BEFORE:
                raise WorkerDied
            case Fate.DIES_AFTER:
                self.carry_out(key, arguments)
                raise WorkerDied
            case Fate.DIES_AND_LATE:
                self._put_off(key, arguments)
                raise WorkerDied
        raise ToolOutcomeUnknown("the answer is lost")

    def carry_out(self, key: str, arguments: Refund) -> Receipt:
        known = [one for one in self.effects if one.key == key]
        if known and self.proof is Proof.KEY:
            return Receipt(reference=f"re_{key}", replayed=True)
        if self.payment.refunded.amount + arguments.amount.amount > self.payment.amount.amount:
            raise ToolRefused("no money is left")
        self.effects.append(Effect(key, arguments.amount.amount))
        return Receipt(reference=f"re_{key}")

    async def receipt(self, key: str, arguments: ActionArguments) -> Receipt | None:
        seen = any(one.key == key for one in self.effects)
        return Receipt(reference=f"re_{key}", replayed=True) if seen else None

    def _put_off(self, key: str, arguments: Refund) -> None:
        self.late.append(Late(key, arguments, self.now + timedelta(seconds=SERVER_SECONDS)))

    async def account_by_email(self, email: str) -> Account | None:
        return _unasked()

    async def account(self, customer_id: str) -> Account | None:
        return _unasked()

    async def order(self, order_id: str) -> Order | None:
        return _unasked()

    async def orders_of(self, customer_id: str) -> tuple[Order, ...]:
        return _unasked()

    async def payments_of(self, customer_id: str) -> tuple[Payment, ...]:
        return _unasked()

    async def subscription_of(self, customer_id: str) -> Subscription | None:
        return _unasked()


def _unasked() -> NoReturn:
    raise AssertionError("acting asks for its targets only")


FATES = st.lists(st.sampled_from(list(Fate)), max_size=3)
REQUESTS = st.sampled_from(["m1", "m2", "review-3"])
CASES = st.sampled_from(["1", "2"])


class ActingMachine(RuleBasedStateMachine):
    """All that can happen between two cases, three requests each, and one payment."""

    database: Database
    runner: asyncio.Runner

    @initialize(proof=st.sampled_from([Proof.KEY, Proof.MARKER]))
    def begin(self, proof: Proof) -> None:
        """A shop that has done nothing, and an empty ledger."""
        self.shop = MadeUpShop(proof)
        self.requests: dict[tuple[str, str], ActRequest] = {}
        self.told: dict[str, ActionResult] = {}
        self.reviews = 0
        self.runner.run(self._forget())

    @rule(case=CASES, by=REQUESTS, fates=FATES)
    def act(self, case: str, by: str, fates: list[Fate]) -> None:
        """One try of a new worker, on the facts as they were when it was asked for; a retry is the same."""
        self.runner.run(self._act(case, by, fates))

    @rule(case=CASES, by=REQUESTS, fates=FATES)
    def decide_anew(self, case: str, by: str, fates: list[Fate]) -> None:
        """A reviewer sees it on fresh facts and approves."""
        self.requests.pop((case, by), None)
        self.reviews += 1
        self.runner.run(self._act(case, by, fates))

    @rule(case=CASES, by=REQUESTS, others=st.integers(2, 3), fates=FATES)
    def act_at_once(self, case: str, by: str, others: int, fates: list[Fate]) -> None:
        """Several workers try the same at the same time."""

        async def all_at_once() -> None:
            await self._request(case, by)
            self.shop.fates = iter(fates)
            await asyncio.gather(*(self._try(case, by) for _ in range(others)))

        self.runner.run(all_at_once())

    @rule()
    def carry_out_late(self) -> None:
        """The shop gets to what it put off."""
        if self.shop.late:
            late = self.shop.late.pop(0)
            self._carry_out(late)

    @rule(seconds=st.sampled_from([1, 30, 61, 1200]))
    def pass_time(self, seconds: int) -> None:
        """Time passes; nothing is carried out later than the shop's own timeout."""
        self.shop.now += timedelta(seconds=seconds)
        due = [late for late in self.shop.late if late.until <= self.shop.now]
        self.shop.late = [late for late in self.shop.late if late not in due]
        for late in due[::2]:
            self._carry_out(late)

    @rule()
    def refund_by_hand(self) -> None:
        """Somebody refunds in the shop itself."""
        self.shop.effects.append(Effect(f"by hand {len(self.shop.effects)}", Decimal("5.00")))

    @invariant()
    def no_request_is_done_twice(self) -> None:
        """At most one effect a key."""
        keys = [effect.key for effect in getattr(self, "shop", MadeUpShop(Proof.KEY)).effects]
        assert len(keys) == len(set(keys)), keys

    @invariant()
    def what_is_told_is_true(self) -> None:
        """What is told as executed was done; what is told as not done is not, and cannot be any more."""
        for key, result in getattr(self, "told", {}).items():
            done = any(effect.key == key for effect in self.shop.effects)
            on_its_way = any(late.key == key for late in self.shop.late)
            if result.status is ActionStatus.EXECUTED:
                assert done, key
            elif result.status is not ActionStatus.UNKNOWN:
                assert not done, (key, result)
                assert not on_its_way, (key, result)

    async def _request(self, case: str, by: str) -> ActRequest:
        known = self.requests.get((case, by))
        if known is None:
            refund = Refund(payment_id="pay_1", amount=Money(amount=AMOUNT, currency="EUR"))
            known = await asked(self.shop, refund, case=case, by=by)
            known = known.model_copy(update={"decision": f"review-{self.reviews}" if self.reviews else None})
            self.requests[case, by] = known
        return known

    async def _act(self, case: str, by: str, fates: list[Fate]) -> None:
        await self._request(case, by)
        self.shop.fates = iter(fates)
        await self._try(case, by)

    async def _try(self, case: str, by: str) -> None:
        shelf = PolicyShelf(policy(1, customer_limit=1_000_000), PolicyLedger(self.database))
        switches = Switchboard(SwitchLedger(self.database))
        book = ActionLedger(self.database)
        doing = Acting(self.shop, book, shelf, switches, lambda: self.shop.now, MARGIN_SECONDS)
        request = self.requests[case, by]
        key = request.idempotency_key
        self.told.pop(key, None)
        try:
            self.told[key] = await ActivityEnvironment().run(doing.act, request)
        except (WorkerDied, ApplicationError):
            return

    def _carry_out(self, late: Late) -> None:
        self.shop.carry_out(late.key, late.arguments)

    async def _forget(self) -> None:
        async with self.database.transaction() as connection:
            await connection.exec_driver_sql("TRUNCATE actions")


def test_whatever_happens_no_request_is_done_twice_and_what_is_told_is_true(database_url: str) -> None:
    migrate(database_url)
    with asyncio.Runner() as runner:

        async def opened() -> Database:
            return Database.at(database_url, connections=5)

        database = runner.run(opened())
        machine = type("Machine", (ActingMachine,), {"database": database, "runner": runner})
        slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
        examples = settings(max_examples=30, stateful_step_count=15, deadline=None, suppress_health_check=slow)
        run_state_machine_as_test(machine, settings=examples)
        runner.run(database.close())
