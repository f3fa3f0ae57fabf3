"""A picture and a voicemail on their whole way: fetched, read over the vendor's SDK, words of the ticket after it."""

import base64
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from activities.attachments import ReadingAttachments
from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.ladder import Job
from cases.outcome import OutcomeKind
from cases.policy.document import Policy
from cases.policy.models import WireFormat
from cases.ticket import Attachment, Channel
from integrations.attachments.http_files import HttpFiles
from integrations.models.hearing import HostedHearer
from integrations.models.hosted import HostedProvider
from integrations.models.openai_client import OpenAIClient
from integrations.models.transcription import OpenAITranscriber
from starter.policy_files import read_policy
from tests.activities.test_attachments import MP3, PNG, Levers, NoArchive, a_file, read_as, said
from tests.integrations.hosted_server import answering, hosted_server
from tests.one_store import OneStore
from tests.workflows.conftest import RunningCase
from tests.workflows.world import World, a_ticket, ladder, rulebook

POLICIES = Path(__file__).parents[2] / "policies"


@dataclass
class WithEyesAndEars(World):
    """A scripted world in which files are read for real."""

    reading: ReadingAttachments | None = None

    @property
    def activities(self) -> list[Callable[..., object]]:
        assert self.reading is not None
        return [*super().activities, self.reading.see, self.reading.hear]


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(POLICIES / "default.yaml")


@asynccontextmanager
async def world(policy: Policy, store: str, openai_url: str) -> AsyncGenerator[WithEyesAndEars]:
    policies = {policy.version: policy}
    client, transcriber = OpenAIClient("key", openai_url), OpenAITranscriber("key", openai_url)
    calls = ModelCalls(ModelHealth(), Switchboard(Levers()))
    async with httpx.AsyncClient(base_url=store, timeout=5) as http:
        reading = ReadingAttachments(
            OneStore(HttpFiles(http)),
            {"openai": HostedProvider(client, WireFormat.OPENAI, policies)},
            {"openai": HostedHearer(transcriber, policies)},
            PolicyShelf(policy, NoArchive()),
            calls,
        )
        rules = rulebook(
            policy_version=policy.version,
            see=ladder(Job.SEE, "gpt-balanced"),
            transcribe=ladder(Job.TRANSCRIBE, "gpt-hears"),
        )
        yield WithEyesAndEars(rules=rules, reading=reading)
    await client.close()
    await transcriber.close()


def attached(media_type: str, content: bytes) -> Attachment:
    return Attachment(id="a1", name="file", media_type=media_type, size_bytes=len(content), url="/files/a1")


async def test_a_picture_becomes_words_and_its_bytes_never_enter_the_case(
    policy: Policy, running_case: RunningCase
) -> None:
    with hosted_server() as vendor:
        vendor.begin({"type": "reply", "text": read_as()})
        async with answering(a_file(PNG)) as store, world(policy, store.address, vendor.openai_url) as real:
            ticket = a_ticket().model_copy(update={"attachments": (attached("image/png", PNG),)})
            async with running_case(real, ticket) as case:
                outcome = await case.result()
                events = (await case.fetch_history()).events
        assert base64.b64encode(PNG).decode() in str(vendor.requests()[0].body)
    assert outcome.kind is OutcomeKind.RESOLVED
    assert "[picture]\nEin Fehler\nOrder W10023, error 17" in real.drafted[0].text
    assert real.recorded[-1].attempts[0].cost > 0
    history = b"".join(event.SerializeToString() for event in events)
    assert b"Order W10023, error 17" in history
    assert PNG not in history
    assert base64.b64encode(PNG) not in history


async def test_a_voicemail_becomes_the_customers_words(policy: Policy, running_case: RunningCase) -> None:
    voicemail = {"channel": Channel.VOICE, "attachments": (attached("audio/mpeg", MP3),)}
    heard = said(text="How long can I return a tent?")
    async with (
        answering(a_file(MP3)) as store,
        answering(heard) as vendor,
        world(policy, store.address, f"{vendor.address}/v1") as real,
        running_case(real, a_ticket("Voicemail").model_copy(update=voicemail)) as case,
    ):
        outcome = await case.result()
    assert outcome.kind is OutcomeKind.RESOLVED
    assert real.drafted[0].text == "How long can I return a tent?\n\nVoicemail"
    assert MP3 in vendor.requests[0]
