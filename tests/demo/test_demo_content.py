"""What customers read, what the shop's records say, and what the policy enforces must tell one story."""

import re
from datetime import date
from pathlib import Path

import pytest

from cases.action import ActionKind
from cases.article import Article
from cases.policy.rulebook import ActionRules
from demo.help_centre.load import load_articles
from demo.shop.plans import MONTHLY_PRICES
from demo.shop.seed import Seed, read_seed
from starter.policy_files import read_policy

PROJECT = Path(__file__).parent.parent.parent
ARTICLES = load_articles()
RETURNS = [article for article in ARTICLES if article.id == "returns"]
PAYMENTS = [article for article in ARTICLES if article.id == "payment-methods"]

WAYS_TO_PAY = {
    "en": {"card": "Visa", "paypal": "PayPal", "transfer": "bank transfer"},
    "de": {"card": "Visa", "paypal": "PayPal", "transfer": "Überweisung"},
    "tr": {"card": "Visa", "paypal": "PayPal", "transfer": "havale"},
}
"""How an article of a language calls what a payment's `method` says."""

CURRENCY_OF_THE_READER = {"en": "EUR", "de": "EUR", "tr": "TRY"}


@pytest.fixture(scope="module")
def shop() -> Seed:
    return read_seed(PROJECT / "demo" / "shop" / "seed.yaml", date(2026, 11, 18))


@pytest.fixture(scope="module")
def refund_rules() -> ActionRules:
    return read_policy(PROJECT / "policies" / "local.yaml").document.actions[ActionKind.REFUND]


def name_of(article: Article) -> str:
    return f"{article.locale}/{article.id}"


@pytest.mark.parametrize("article", RETURNS, ids=name_of)
def test_the_time_to_return_is_what_the_policy_allows_a_refund_in(article: Article, refund_rules: ActionRules) -> None:
    assert re.search(rf"\b{refund_rules.within_days}\b", article.body)


@pytest.mark.parametrize("article", ARTICLES, ids=name_of)
def test_no_article_tells_customers_from_which_amount_a_person_looks(
    article: Article, refund_rules: ActionRules
) -> None:
    for currency, limit in refund_rules.review_above.items():
        assert not re.search(rf"(?<![\d.,]){limit}([.,]00)? {currency}", article.body)


@pytest.mark.parametrize("article", PAYMENTS, ids=name_of)
def test_customers_paid_only_in_ways_that_the_help_centre_names(article: Article, shop: Seed) -> None:
    for method in {payment.method for payment in shop.payments}:
        assert WAYS_TO_PAY[article.locale][method] in article.body


@pytest.mark.parametrize("article", [article for article in ARTICLES if article.id == "club-plans"], ids=name_of)
def test_every_plan_has_its_price_in_the_readers_currency(article: Article) -> None:
    currency = CURRENCY_OF_THE_READER[article.locale]
    for prices in MONTHLY_PRICES.values():
        assert f"{prices[currency]} {currency}" in article.body


def test_a_past_due_subscription_has_a_failed_payment_and_no_later_one(shop: Seed) -> None:
    past_due = [subscription for subscription in shop.subscriptions if subscription.status == "past_due"]
    assert past_due
    for subscription in past_due:
        dues = [p for p in shop.payments if p.customer_id == subscription.customer_id and p.order_id is None]
        assert max(dues, key=lambda payment: payment.paid_on).status == "failed"


def test_a_payment_is_refunded_exactly_when_all_of_it_has_gone_back(shop: Seed) -> None:
    for payment in shop.payments:
        assert (payment.status == "refunded") == (payment.refundable.amount == 0)
