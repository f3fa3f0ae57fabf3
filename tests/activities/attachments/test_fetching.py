"""What is no file that a model can read, cannot be had, or is not to be fetched, reaches no model."""

import asyncio

import httpx
import pytest

from activities.attachments import FETCH_TRIES, ReadingAttachments
from activities.model_call import ModelCalls
from activities.model_health import ModelHealth
from activities.policies import PolicyShelf
from activities.switches import Switchboard
from cases.ladder import AttemptOutcome, LastRung, Stop
from cases.policy.document import Policy
from cases.reason import ReasonCode
from cases.work import AttachmentReport
from integrations.attachments.http_files import HttpFiles
from integrations.models.hosted import HostedProvider
from tests.activities.attachments.files import PNG, a_file, asked, read_as, reading
from tests.handed_in import AllOn, NoArchive, OneStore
from tests.integrations.hosted_server import HANG_UP, HostedServer, RawServer, answering, http_answer


async def stopped(policy: Policy, *answer: bytes, **file: object) -> tuple[Stop, RawServer]:
    """Why a file reached no model; a model would fail the test, because nobody is there to ask."""
    async with answering(*answer) as store, reading(store.address, policy) as files:
        stop = await files.see(asked(policy, "gpt-balanced", **file))
    assert isinstance(stop, Stop)
    return stop, store


@pytest.mark.parametrize(
    ("answer", "file", "sentence"),
    [
        (a_file(PNG), {"size_bytes": 9_000_000}, "shot.png cannot be read: it has more than 3,750,000 bytes"),
        (a_file(PNG * 60_000), {"size_bytes": 0}, "shot.png cannot be read: it has more than 3,750,000 bytes"),
        (a_file(b"<html>Sign in</html>"), {"size_bytes": 0}, "it is not a JPEG, PNG, GIF or WebP picture"),
        (a_file(b"%PDF-1.7"), {"size_bytes": 0}, "it is not a JPEG, PNG, GIF or WebP picture"),
        (a_file(PNG[:30]), {"size_bytes": 0}, "it is cut off in the middle"),
        (a_file(PNG[:-1]), {}, f"it is cut off after {len(PNG) - 1} of {len(PNG)} bytes"),
        (a_file(b""), {}, "it is empty"),
    ],
)
async def test_a_file_that_only_its_sender_can_mend_is_asked_of_the_customer(
    policy: Policy, answer: bytes, file: dict[str, object], sentence: str
) -> None:
    stop, _ = await stopped(policy, answer, **file)
    assert (stop.last, stop.reason.code) == (LastRung.CUSTOMER, ReasonCode.ATTACHMENT_ILLEGIBLE)
    assert stop.reason.sentence.endswith(sentence)


async def test_a_file_said_to_be_too_large_is_not_even_fetched(policy: Policy) -> None:
    _, store = await stopped(policy, a_file(PNG), size_bytes=9_000_000)
    assert store.requests == []


@pytest.mark.parametrize(
    ("answer", "tries", "sentence"),
    [
        (http_answer("404 Not Found", b""), 1, "nobody has read shot.png: it is not at its address (404)"),
        (
            http_answer("302 Found", b"", "location: http://10.0.0.1/"),
            1,
            "10.0.0.1 is not under `attachments.origins` of the policy",
        ),
        (http_answer("503 Service Unavailable", b""), FETCH_TRIES, "its server answers 503"),
        (http_answer("200 OK", PNG)[:-5], FETCH_TRIES, "the download broke off"),
        (HANG_UP, FETCH_TRIES, "the download broke off"),
    ],
)
async def test_a_file_that_cannot_be_fetched_is_for_a_person(
    policy: Policy, answer: bytes, tries: int, sentence: str
) -> None:
    stop, store = await stopped(policy, answer)
    assert (stop.last, stop.reason.code) == (LastRung.PERSON, ReasonCode.ATTACHMENT_UNREAD)
    assert stop.reason.sentence.endswith(sentence)
    assert len(store.requests) == tries


async def test_a_file_that_comes_too_slowly_is_for_a_person(policy: Policy) -> None:
    hasty = _with_attachments(policy, fetch_seconds=0.2)
    async with (
        answering(a_file(PNG)[:20], a_file(PNG)[20:], pause=2.0) as store,
        reading(store.address, hasty) as files,
    ):
        stop = await files.see(asked(hasty))
    assert isinstance(stop, Stop)
    assert stop.reason.sentence == "nobody has read shot.png: it did not arrive within 0.2 s"


async def test_a_worker_that_holds_as_many_files_as_it_may_asks_for_patience(policy: Policy) -> None:
    shelf, calls = PolicyShelf(policy, NoArchive()), ModelCalls(ModelHealth(), Switchboard(AllOn()))
    async with (
        answering(a_file(b"none")[:9], a_file(b"none")[9:], pause=0.3) as store,
        httpx.AsyncClient(base_url=store.address, timeout=5) as client,
    ):
        files = ReadingAttachments(OneStore(HttpFiles(client)), {}, {}, shelf, calls, at_once=1)
        reports = await asyncio.gather(files.see(asked(policy, size_bytes=0)), files.see(asked(policy)))
    first, second = reports
    assert isinstance(first, Stop)
    assert isinstance(second, AttachmentReport)
    assert second.attempt.outcome is AttemptOutcome.TEMPORARY
    assert second.attempt.reason is not None
    assert "reads 1 files at once" in second.attempt.reason.sentence
    assert len(store.requests) == 1


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "//elsewhere.example/a"]
)
async def test_an_address_in_a_ticket_is_no_reason_to_go_there(policy: Policy, url: str) -> None:
    stop, store = await stopped(policy, a_file(PNG), url=url)
    assert stop.last is LastRung.PERSON
    assert "is not under `attachments.origins` of the policy" in stop.reason.sentence
    assert store.requests == []


async def test_a_file_is_fetched_from_a_place_that_the_policy_names(
    policy: Policy, vendors: HostedServer, seers: dict[str, HostedProvider]
) -> None:
    vendors.begin({"type": "reply", "text": read_as()})
    async with answering(a_file(PNG)) as elsewhere:
        allowing = _with_attachments(policy, origins=(elsewhere.address,))
        async with reading("http://127.0.0.1:9", allowing, seers) as files:
            report = await files.see(asked(allowing, url=f"{elsewhere.address}/x/shot"))
    assert isinstance(report, AttachmentReport)
    assert report.reading is not None
    assert elsewhere.requests[0].startswith(b"GET /x/shot HTTP/1.1\r\n")


def _with_attachments(policy: Policy, **changes: object) -> Policy:
    rules = policy.document.attachments.model_copy(update=changes)
    return policy.model_copy(update={"document": policy.document.model_copy(update={"attachments": rules})})
