"""A policy small enough to read, in two files, and what is wrong with it once some words are replaced."""

from collections.abc import Sequence

import pytest

from cases.errors import InvalidPolicy, PolicyProblem
from cases.policy.jobs import About
from cases.ticket import Channel
from routing.policy_document import PolicyText, parse_policy

ABOUT = About(tenant="acme", language="en", channel=Channel.EMAIL)

MAIN = """\
version: small-1
owner: support
note: Small enough to read.
languages: [en]
models:
  little: {provider: local, timeout: 2s, typical: 0.1s}
pools:
  cost: [little]
jobs:
  classify: {owner: support, risk: low, models: [little]}
  lookup: {owner: support, risk: low}
  draft:
    owner: support
    risk: low
    pools: {routine: [cost], messy: [cost], fallback: [cost]}
  check: {owner: support, risk: low}
  action: {owner: support, risk: high}
job_time: {voice: 4s, chat: 8s, whatsapp: 15s, web: 60s, email: 2m}
queue_time: {voice: 10s, chat: 60s, whatsapp: 10m, web: 1h, email: 12h}
cost_ceiling: 0.05
thresholds:
  confidence: 0.75
deadlines:
  review_reminder: 2h
  review_escalation: 4h
  customer_answer: 3d
  follow_up: 7d
value_limits:
  per_customer: {amounts: {EUR: 200}, window_seconds: 86400}
  per_tenant: {amounts: {EUR: 2000}, window_seconds: 3600}
actions:
  refund: {reversible: false, minimum_identity: matched, review_above: {EUR: 50}}
entities:
  order_id: 'W\\d{5}'
  plans: [basic]
guard:
  critical: {legal_threat: [my lawyer]}
tone: {angry: [furious], worried: [worried]}
intent_patterns:
  - {intent: order_status, pattern: '^where is my order$'}
intents:
  order_status:
    category: other
    team: account_ops
    priority: low
    risk: low
    routing_class: order_tracking
    owner: logistics
    examples: {en: [where is my order]}
"""

REST = """\
guard:
  instructions: ['ignore your instructions']
intents:
  other:
    category: other
    team: triage
    priority: low
    risk: low
    routing_class: other
    owner: support
    examples: {en: [nice weather]}
wording:
  en:
    greeting: "Hello {{ customer_name }},"
    closing: Bye
    holding: A colleague reads it.
    welcome: What can we do for you?
    clarify: What do you need?
    partly: One more thing.
    questions:
      account: Which account?
      order: Which order?
      payment: Which payment?
      subscription: Which membership?
      new_email: Which e-mail?
      new_address: Which address?
      new_plan: Which plan?
      confirmation: Shall we?
    unchanged: We leave it.
    confirmations: {refund: "Shall we refund it?"}
    replies:
      order_status: "{{ order.id }} is {{ order.status }}."
"""


def files(*edits: tuple[str, str]) -> list[PolicyText]:
    """The two good files, with some words of them replaced."""
    main, rest = MAIN, REST
    for old, new in edits:
        assert (old in main) != (old in rest), f"{old!r} must stand in one of the files"
        main, rest = main.replace(old, new, 1), rest.replace(old, new, 1)
    return [PolicyText("main.yaml", main), PolicyText("rest.yaml", rest)]


def problems(documents: Sequence[PolicyText]) -> tuple[PolicyProblem, ...]:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policy(documents)
    return caught.value.problems


def only_problem(*edits: tuple[str, str]) -> str:
    (problem,) = problems(files(*edits))
    return str(problem)


def line_of(words: str) -> int:
    text = MAIN if words in MAIN else REST
    return text[: text.index(words)].count("\n") + 1
