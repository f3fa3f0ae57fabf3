"""The way out for a process that has used a Temporal client."""

import logging
import os
import sys
from typing import NoReturn

STOPPED_TWICE = 130
"""The exit code of a process that Ctrl-C ended at once, as shells know it."""


def leave(code: int) -> NoReturn:
    """End this process at once with an exit code, its output written out.

    The native part of temporalio 1.35 can abort while the interpreter is taken down (temporalio/sdk-python issue 300),
    which would turn a finished command into a crashed one. So nothing is taken down: whoever calls this has closed
    what must be closed.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
