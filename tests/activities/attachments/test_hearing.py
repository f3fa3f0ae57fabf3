"""Reading a recording: fetched over real HTTP, and played to one vendor's SDK.

llmock has no transcription endpoint, and is no place where files are; a raw server plays both.
"""

from decimal import Decimal

import pytest

from cases.attachment import AttachmentReading
from cases.ladder import AttemptOutcome, Job, Stop
from cases.policy.document import Policy
from cases.reason import ReasonCode
from cases.switch import Lever, SwitchKind
from cases.work import AttachmentReport
from integrations.models.hearing import HostedHearer
from integrations.models.transcription import OpenAITranscriber
from tests.activities.attachments.files import MP3, PNG, a_file, asked, reading, said
from tests.handed_in import TurnedOff
from tests.integrations.hosted_server import HANG_UP, RawServer, answering, http_answer


async def heard(policy: Policy, answer: bytes, **file: object) -> tuple[AttachmentReport | Stop, RawServer]:
    recording: dict[str, object] = {
        "name": "voicemail.mp3",
        "media_type": "audio/mpeg",
        "size_bytes": len(MP3),
        **file,
    }
    async with answering(a_file(MP3)) as store, answering(answer) as ears:
        transcriber = OpenAITranscriber("key", f"{ears.address}/v1")
        hearers = {"openai": HostedHearer(transcriber, {policy.version: policy})}
        async with reading(store.address, policy, hearers=hearers) as files:
            report = await files.hear(asked(policy, "gpt-hears", **recording))
        await transcriber.close()
    return report, ears


async def test_a_voicemail_is_heard_under_a_name_of_ours_and_has_its_price(policy: Policy) -> None:
    spent = {"type": "tokens", "input_tokens": 400, "output_tokens": 90, "total_tokens": 490}
    report, ears = await heard(policy, said(text="Wo ist mein Paket?", usage=spent))
    assert isinstance(report, AttachmentReport)
    assert report.reading == AttachmentReading(words="Wo ist mein Paket?")
    assert report.attempt.job is Job.TRANSCRIBE
    assert 0 < report.attempt.cost < policy.document.models["gpt-hears"].expected_cost
    (request,) = ears.requests
    assert request.startswith(b"POST /v1/audio/transcriptions HTTP/1.1\r\n")
    assert b'filename="recording.mp3"' in request
    assert b"voicemail" not in request


async def test_sound_paid_by_the_minute_is_paid_by_the_minute(policy: Policy) -> None:
    ears = policy.document.models["gpt-hears"]
    price = {"input": Decimal(0), "output": Decimal(0), "minute": Decimal("0.006")}
    priced = type(ears).model_validate({**ears.model_dump(), "price": price})
    document = policy.document.model_copy(update={"models": {**policy.document.models, "gpt-hears": priced}})
    report, _ = await heard(
        policy.model_copy(update={"document": document}), said(text="Hallo", usage={"type": "duration", "seconds": 90})
    )
    assert isinstance(report, AttachmentReport)
    assert report.attempt.cost == Decimal("0.009")


async def test_a_hearing_nobody_counted_costs_what_it_costs_at_most(policy: Policy) -> None:
    report, _ = await heard(policy, said(text="Hallo"))
    assert isinstance(report, AttachmentReport)
    assert report.attempt.cost == policy.document.models["gpt-hears"].expected_cost


async def test_a_silent_voicemail_is_a_failure_that_is_paid_for(policy: Policy) -> None:
    report, _ = await heard(policy, said(text="  "))
    assert isinstance(report, AttachmentReport)
    assert report.reading is None
    assert report.attempt.outcome is AttemptOutcome.CONTENT_FAILURE
    assert report.attempt.reason is not None
    assert "ask a person to listen" in report.attempt.reason.sentence
    assert report.attempt.cost > 0


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (http_answer("401 Unauthorized", b"{}"), AttemptOutcome.PERMANENT),
        (http_answer("429 Too Many Requests", b"{}", "retry-after: 3"), AttemptOutcome.TEMPORARY),
        (http_answer("200 OK", b"<html>"), AttemptOutcome.CONTENT_FAILURE),
    ],
)
async def test_a_hearing_fails_as_every_other_model_call_does(
    policy: Policy, answer: bytes, outcome: AttemptOutcome
) -> None:
    report, ears = await heard(policy, answer)
    assert isinstance(report, AttachmentReport)
    assert report.attempt.outcome is outcome
    assert len(ears.requests) == 1


async def test_what_is_sent_as_a_recording_and_is_none_is_not_played(policy: Policy) -> None:
    async with answering(a_file(PNG)) as store, reading(store.address, policy) as files:
        stop = await files.hear(asked(policy, "gpt-hears", media_type="audio/mpeg", name="voicemail.mp3"))
    assert isinstance(stop, Stop)
    assert stop.reason.sentence.startswith("voicemail.mp3 cannot be read: it is not an MP3, WAV, Ogg")


async def test_a_switch_that_is_off_keeps_recordings_from_models(policy: Policy) -> None:
    switches = TurnedOff(Lever(kind=SwitchKind.MODEL, name="gpt-hears"))
    voicemail = asked(policy, "gpt-hears", name="call.mp3", media_type="audio/mpeg", size_bytes=len(MP3))
    async with answering(a_file(MP3)) as store, answering(HANG_UP) as vendor:
        transcriber = OpenAITranscriber("key", vendor.address)
        hearers = {"openai": HostedHearer(transcriber, {policy.version: policy})}
        async with reading(store.address, policy, hearers=hearers, switches=switches) as files:
            report = await files.hear(voicemail)
        await transcriber.close()
        assert vendor.requests == []
    assert isinstance(report, AttachmentReport)
    assert report.attempt.reason is not None
    assert report.attempt.reason.code is ReasonCode.SWITCHED_OFF
