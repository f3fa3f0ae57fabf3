"""The demo's shop as a process of its own, with a few records, for tests that speak to it over HTTP."""

import signal
import subprocess
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from demo.embedded.ports import LOOPBACK, free_ports
from tests.waiting import wait_until_up

SEED = """
customers:
  - {id: cus_1, name: Mia Brandt, email: mia@example.com, tier: plus, locale: de, address: "Am Markt 1, 20095 Hamburg"}
  - {id: cus_2, name: Deniz Kaya, email: deniz@example.com, locale: tr}
  - {id: cus_3, name: Ann Lee, email: ann@example.com, closed: true}
orders:
  - {id: W10001, customer_id: cus_1, status: placed, items: [Tent], total: {amount: "200.00", currency: EUR},
     placed_on: today-1, expected_on: today+2, address: "Am Markt 1, 20095 Hamburg"}
  - {id: W10002, customer_id: cus_1, status: shipped, items: [Stove, Gas], total: {amount: "49.90", currency: EUR},
     placed_on: today-4, shipped_on: today-2, carrier: DHL, tracking: "0034"}
  - {id: W10003, customer_id: cus_1, status: delivered, items: [Lamp], total: {amount: "20.00", currency: EUR},
     placed_on: today-9, shipped_on: today-8, delivered_on: today-6}
  - {id: W10004, customer_id: cus_1, status: cancelled, items: [Mug], total: {amount: "9.00", currency: EUR},
     placed_on: 2026-01-31}
  - {id: W10005, customer_id: cus_2, status: packed, items: [Boots], total: {amount: "3000.00", currency: TRY},
     placed_on: today}
payments:
  - {id: pay_1, customer_id: cus_1, order_id: W10001, status: captured, amount: {amount: "200.00", currency: EUR},
     refunded: {amount: "0.00", currency: EUR}, paid_on: today-1, method: card}
  - {id: pay_2, customer_id: cus_1, order_id: W10002, status: captured, amount: {amount: "49.90", currency: EUR},
     refunded: {amount: "19.90", currency: EUR}, paid_on: today-4, method: card}
  - {id: pay_3, customer_id: cus_1, status: pending, amount: {amount: "9.90", currency: EUR}, order_id: null,
     refunded: {amount: "0.00", currency: EUR}, paid_on: today, method: transfer}
  - {id: pay_4, customer_id: cus_3, order_id: null, status: captured, amount: {amount: "30.00", currency: USD},
     refunded: {amount: "0.00", currency: USD}, paid_on: today-30, method: card}
subscriptions:
  - {id: sub_1, customer_id: cus_1, plan: plus, status: active, price: {amount: "9.90", currency: EUR},
     renews_on: today+20}
  - {id: sub_2, customer_id: cus_2, plan: basic, status: cancelled, price: {amount: "149.90", currency: TRY}}
"""


class Shop(NamedTuple):
    """A running shop."""

    address: str
    process: subprocess.Popen[bytes]


@contextmanager
def shop_process(
    database_url: str,
    seed: Path,
    stop_with: signal.Signals = signal.SIGTERM,
    options: Sequence[str] = (),
) -> Generator[Shop]:
    """Run the shop on a database, from `SEED` written to `seed`. The signal must end it well, unless it is dead.

    `options` make it another kind of shop.
    """
    seed.write_text(SEED)
    port = free_ports(1)[0]
    address = f"http://{LOOPBACK}:{port}"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "demo.shop", "--port", str(port)),
            *("--database-url", database_url, "--seed", str(seed), *options),
        ]
    )
    try:
        wait_until_up(process, f"{address}/health")
        yield Shop(address, process)
    finally:
        if process.poll() is None:
            process.send_signal(stop_with)
            assert process.wait(timeout=60) == 0
