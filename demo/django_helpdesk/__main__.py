"""Run the helpdesk: `python -m demo.django_helpdesk --data DIR --port 8093`.

Its webhooks go where django-helpdesk's own variables say, `HELPDESK_NEW_TICKET_WEBHOOK_URLS` and
`HELPDESK_FOLLOWUP_WEBHOOK_URLS`; their addresses hold a secret, which is why no option names them.
"""

import logging
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType

import django
import uvicorn
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

from demo.django_helpdesk.place import Place
from demo.embedded.ports import LOOPBACK, is_free

SHUTDOWN_SECONDS = 3
"""How long a request under way may take once the service is told to stop."""


def main() -> None:
    """Serve on loopback until SIGTERM or SIGINT."""
    parser = ArgumentParser(prog="python -m demo.django_helpdesk", description="django-helpdesk, on this machine.")
    parser.add_argument("--data", type=Path, required=True, help="where it keeps everything")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    port: int = arguments.port
    if not is_free(port):
        sys.exit(f"Port {port} is taken. Stop what listens there, or choose another with --port.")
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    place = Place(data=arguments.data.absolute())
    place.enter()
    django.setup()
    _begin(place, f"{LOOPBACK}:{port}")
    logging.captureWarnings(capture=True)
    uvicorn.run(
        ASGIStaticFilesHandler(get_asgi_application()),
        host=LOOPBACK,
        port=port,
        lifespan="off",
        log_level="warning",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )


def _begin(place: Place, host: str) -> None:
    # Its models can be imported only after `django.setup()`.
    from demo.django_helpdesk.first_records import make_first_records

    make_first_records(place, host)


def _leave(_: int, __: FrameType | None) -> None:
    """Leave quietly: uvicorn raises the signal a second time once it has closed everything."""
    sys.exit(0)


if __name__ == "__main__":
    main()
