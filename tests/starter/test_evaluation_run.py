"""Reading labelled texts: down the policy's ladder, over providers that answer as told."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from cases.classification import Category, Classification, IntentGuess, Priority, Team
from cases.draft import Draft
from cases.errors import ContentFailure, InvalidInput, ModelFailure, PermanentFailure
from cases.ladder import AttemptOutcome
from cases.policy.document import Policy
from cases.policy.jobs import ClassifyRow
from cases.policy.models import LOCAL
from cases.ticket import Locale
from cases.work import ClassifyRequest, DraftRequest
from integrations.models.protocol import Answer
from starter.evaluation.labelled import LabelledText
from starter.evaluation.report import EvaluationReport, reported
from starter.evaluation.run import Answered, Evaluation
from starter.policy_files import read_policy
from starter.settings import DEFAULT_POLICY

Scripted = Mapping[tuple[str, str], tuple[str, float] | ModelFailure]
"""For each model and text, an intent and how sure, or how it fails."""

COMPACT, ENSEMBLE = "local-compact", "local-ensemble"
COST = Decimal("0.002")


class ScriptedProvider:
    """Answers as told, at two tenths of a cent a call, and remembers what it was asked."""

    def __init__(self, script: Scripted) -> None:
        self._script = script
        self.asked: list[ClassifyRequest] = []

    async def classify(self, request: ClassifyRequest) -> Answer[Classification]:
        self.asked.append(request)
        told = self._script[request.model, request.text]
        if isinstance(told, ModelFailure):
            raise told
        intent, confidence = told
        classification = Classification(
            category=Category.OTHER,
            intents=(IntentGuess(name=intent, confidence=confidence),),
            priority=Priority.LOW,
            team=Team.TRIAGE,
            confidence=confidence,
            language=request.language,
        )
        return Answer(output=classification, cost=COST, reported_model=request.model)

    async def draft(self, request: DraftRequest) -> Answer[Draft]:
        raise NotImplementedError(request.case_id)


class AlwaysGerman:
    """Detects German, whatever it is given."""

    async def detect(self, text: str, locale: Locale | None) -> Locale:
        return "de"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(DEFAULT_POLICY)


def labelled(text: str, intent: str = "order_status", language: str | None = "en") -> LabelledText:
    return LabelledText(text=text, intent=intent, language=language)


async def read(policy: Policy, provider: ScriptedProvider, *texts: LabelledText) -> tuple[Answered, ...]:
    done: list[None] = []
    evaluation = Evaluation(policy, {LOCAL: provider}, AlwaysGerman(), at_once=2)
    answered = await evaluation.read_all(texts, lambda: done.append(None))
    assert len(done) == len(texts)
    return answered


async def test_a_sure_first_model_is_the_only_one_asked(policy: Policy) -> None:
    provider = ScriptedProvider({(COMPACT, "a"): ("order_status", 0.9)})
    (one,) = await read(policy, provider, labelled("a"))
    assert (one.answer, one.confidence, one.answered_by) == ("order_status", 0.9, COMPACT)
    assert [attempt.outcome for attempt in one.attempts] == [AttemptOutcome.SUCCEEDED]


async def test_an_unsure_model_hands_on_and_the_last_word_counts_even_when_it_is_unsure_too(policy: Policy) -> None:
    provider = ScriptedProvider({(COMPACT, "a"): ("returns", 0.74), (ENSEMBLE, "a"): ("order_status", 0.6)})
    (one,) = await read(policy, provider, labelled("a"))
    assert (one.answer, one.confidence, one.answered_by) == ("order_status", 0.6, ENSEMBLE)
    assert one.cost == 2 * COST


async def test_a_model_that_fails_after_an_unsure_one_leaves_that_answer(policy: Policy) -> None:
    provider = ScriptedProvider({(COMPACT, "a"): ("order_status", 0.5), (ENSEMBLE, "a"): PermanentFailure("no key")})
    (one,) = await read(policy, provider, labelled("a"))
    assert (one.answer, one.answered_by) == ("order_status", COMPACT)


async def test_a_text_that_no_model_answers_has_no_answer(policy: Policy) -> None:
    provider = ScriptedProvider({(COMPACT, "a"): ContentFailure("prose"), (ENSEMBLE, "a"): PermanentFailure("no key")})
    (one,) = await read(policy, provider, labelled("a"))
    assert (one.answer, one.confidence, one.answered_by) == (None, 0.0, None)


async def test_a_text_that_a_pattern_settles_asks_no_model(policy: Policy) -> None:
    provider = ScriptedProvider({})
    (one,) = await read(policy, provider, labelled("Where is my order?"))
    assert (one.answer, one.by_rule, provider.asked) == ("order_status", True, [])


async def test_models_read_what_a_ticket_would_give_them(policy: Policy) -> None:
    provider = ScriptedProvider({(COMPACT, "Order W10023 came wet"): ("order_status", 0.9)})
    await read(policy, provider, labelled("Order W10023 came wet"))
    (request,) = provider.asked
    assert (request.policy_version, request.language) == (policy.version, "en")
    assert request.entities.order_ids == ("W10023",)


async def test_the_language_is_detected_where_the_file_does_not_say(policy: Policy) -> None:
    provider = ScriptedProvider({(COMPACT, "a"): ("order_status", 0.9)})
    (one,) = await read(policy, provider, labelled("a", language=None))
    assert (one.language, provider.asked[0].language) == ("de", "de")


async def test_no_text_pays_for_the_failures_of_others(policy: Policy) -> None:
    failing = {(model, str(number)): PermanentFailure("no") for model in (COMPACT, ENSEMBLE) for number in range(10)}
    provider = ScriptedProvider({**failing, (COMPACT, "a"): ("order_status", 0.9)})
    *_, last = await read(policy, provider, *(labelled(str(number)) for number in range(10)), labelled("a"))
    assert last.answer == "order_status"


async def test_texts_come_back_in_their_order(policy: Policy) -> None:
    names = [f"text {number}" for number in range(20)]
    intents = sorted(policy.document.intents)[:20]
    provider = ScriptedProvider({(COMPACT, name): (intent, 0.9) for name, intent in zip(names, intents, strict=False)})
    kept = [labelled(name, intent) for name, intent in zip(names, intents, strict=False)]
    answered = await read(policy, provider, *kept)
    assert [one.answer for one in answered] == [one.intent for one in kept]


async def test_a_row_of_the_policy_for_a_tenant_counts_for_texts_of_that_tenant(policy: Policy) -> None:
    job = policy.document.jobs.classify
    with_row = job.model_copy(update={"rows": (ClassifyRow(tenants=("acme",), models=(ENSEMBLE,)),)})
    jobs = policy.document.jobs.model_copy(update={"classify": with_row})
    changed = policy.model_copy(update={"document": policy.document.model_copy(update={"jobs": jobs})})
    provider = ScriptedProvider({(ENSEMBLE, "a"): ("order_status", 0.9)})
    evaluation = Evaluation(changed, {LOCAL: provider}, AlwaysGerman(), at_once=1, tenant="acme")
    (one,) = await evaluation.read_all([labelled("a")], lambda: None)
    assert one.answered_by == ENSEMBLE


def test_a_provider_that_is_not_set_up_is_refused_before_anything_is_asked(policy: Policy) -> None:
    with pytest.raises(InvalidInput, match=r"models\.local-compact\.provider: is local, which is not set up here"):
        Evaluation(policy, {}, AlwaysGerman(), at_once=1)


@pytest.fixture
async def report(policy: Policy) -> EvaluationReport:
    """Four texts: one by the first model, one by the second, one that only fails, one by a pattern."""
    provider = ScriptedProvider(
        {
            (COMPACT, "sure"): ("order_status", 0.9),
            (COMPACT, "unsure"): ("order_status", 0.5),
            (ENSEMBLE, "unsure"): ("other", 0.6),
            (COMPACT, "failing"): PermanentFailure("no key"),
            (ENSEMBLE, "failing"): PermanentFailure("no key"),
        }
    )
    read_ones = await read(
        policy,
        provider,
        labelled("sure"),
        labelled("unsure", "other", None),
        labelled("failing"),
        labelled("Where is my order?"),
    )
    return reported(policy, read_ones, of=10, seed=3)


def test_the_report_tells_the_share_of_each_model(report: EvaluationReport) -> None:
    assert report.by_rule == 0.25
    assert [(rung.model, rung.asked, rung.answered) for rung in report.ladder] == [
        (COMPACT, 0.75, 0.25),
        (ENSEMBLE, 0.5, 0.25),
    ]


def test_the_report_tells_what_failed_and_why(report: EvaluationReport) -> None:
    assert report.unanswered == 1
    assert [rung.failed_calls for rung in report.ladder] == [1, 1]
    assert report.ladder[0].failure is not None
    assert "no key" in report.ladder[0].failure


def test_the_report_tells_the_cost_of_a_thousand_tickets(report: EvaluationReport) -> None:
    assert report.cost_per_1000 == Decimal("1.5000")
    assert [rung.cost for rung in report.ladder] == [2 * COST, COST]


def test_the_report_tells_accuracy_as_a_whole_and_by_language(report: EvaluationReport) -> None:
    assert report.accuracy == 0.75
    assert [(row.language, row.texts, row.accuracy) for row in report.languages] == [
        ("en", 3, pytest.approx(2 / 3)),
        ("de", 1, 1.0),
    ]


def test_the_report_tells_how_out_of_scope_texts_fare_at_the_policys_threshold(report: EvaluationReport) -> None:
    assert report.out_of_scope is not None
    assert (report.out_of_scope.recall, report.out_of_scope.held_back) == (1.0, 1.0)
    assert report.out_of_scope.in_scope_right == pytest.approx(2 / 3)
    assert report.at_policy_threshold.share == 0.5


def test_the_report_says_what_it_was_drawn_from(report: EvaluationReport) -> None:
    assert (report.texts, report.of, report.seed) == (4, 10, 3)
