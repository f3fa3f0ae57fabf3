"""The real django-helpdesk in a process of its own, our client of it, and what its webhooks have said."""

from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import pytest

from integrations.helpdesks.django_helpdesk import DjangoHelpdesk
from tests.helpdesks.django_helpdesk.running import Recorder, Running, client_of, running_helpdesk
from tests.helpdesks.django_helpdesk.speaking import TOKEN
from tests.helpdesks.serving import served


class Told(NamedTuple):
    """A helpdesk, and what its webhooks have said."""

    helpdesk: Running
    webhooks: Recorder


@pytest.fixture(scope="package")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    recorder = Recorder()
    with (
        served(recorder) as receiver,
        running_helpdesk(tmp_path_factory.mktemp("helpdesk"), f"{receiver}/sources/acme/help?token={TOKEN}") as running,
    ):
        yield Told(running, recorder)


@pytest.fixture(scope="package")
def running(told: Told) -> Running:
    return told.helpdesk


@pytest.fixture
async def client(running: Running) -> AsyncIterator[DjangoHelpdesk]:
    async with client_of(running) as made:
        yield made
