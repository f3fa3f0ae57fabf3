"""Every path whose history is kept."""

from tests.replay.helpdesk_paths import HELPDESK_PATHS
from tests.replay.paths import PATHS

EVERY_PATH = (*PATHS, *HELPDESK_PATHS)
