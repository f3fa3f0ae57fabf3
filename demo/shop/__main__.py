"""Run the shop: `python -m demo.shop --port 8090 --database-url postgresql://…`."""

import signal
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import uvicorn

from cases.action import RefundOnCancel
from cases.errors import InvalidInput
from demo.embedded.ports import LOOPBACK, is_free
from demo.faults import CuttableProtocol
from demo.shop.profile import Keys, ShopProfile
from demo.shop.seed import read_seed
from demo.shop.service import shop

SEED = Path(__file__).with_name("seed.yaml")

SHUTDOWN_SECONDS = 3
"""How long a request under way may take once the service is told to stop."""


def main() -> None:
    """Serve on loopback until SIGTERM or SIGINT."""
    parser = ArgumentParser(prog="python -m demo.shop", description="The demo's shop.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--seed", type=Path, default=SEED, help="the first records, as YAML")
    parser.add_argument("--without-keys", action="store_true", help="what is asked for twice is done twice")
    parser.add_argument(
        "--refunds-on-cancel", action="store_true", help="a cancelled order's money goes back by itself"
    )
    parser.add_argument("--request-seconds", type=float, default=300, help="no request is carried out later than this")
    arguments = parser.parse_args()
    port: int = arguments.port
    if not is_free(port):
        sys.exit(f"Port {port} is taken. Stop what listens there, or choose another with --port.")
    _require_readable(arguments.seed)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    uvicorn.run(
        shop(arguments.database_url, arguments.seed, _profile(arguments)),
        host=LOOPBACK,
        port=port,
        http=CuttableProtocol,
        log_level="warning",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def _profile(arguments: Namespace) -> ShopProfile:
    return ShopProfile(
        keys=Keys.UNKNOWN if arguments.without_keys else Keys.KEPT,
        refund_on_cancel=RefundOnCancel.THE_REST if arguments.refunds_on_cancel else RefundOnCancel.NOTHING,
        request_seconds=arguments.request_seconds,
    )


def _require_readable(seed: Path) -> None:
    try:
        read_seed(seed, datetime.now(UTC).date())
    except InvalidInput as error:
        sys.exit(str(error))


def _leave(_: int, __: FrameType | None) -> None:
    """Leave quietly: uvicorn raises the signal a second time once it has closed everything."""
    sys.exit(0)


if __name__ == "__main__":
    main()
