import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cases.article import Article
from cases.errors import InvalidInput
from demo.help_centre.load import ARTICLES as FOLDER
from demo.help_centre.load import InvalidArticle, load_articles, read_folder
from demo.shop.plans import MONTHLY_PRICES
from ledger.passages import SENTENCE_END

ARTICLES = load_articles()
TRANSLATIONS = [article for article in ARTICLES if article.locale != "en"]
LINK = re.compile(r"https?://[^\s<>()]+")
MAILBOX = re.compile(r"[\w.+-]+@(?P<domain>[\w.-]*\w)")
NUMBER = re.compile(r"\d+(?:[.:]\d+)*")

GOOD = {"id": "returns", "revision": "1", "title": "Returns", "category": "orders"}


def front_matter(**changed: str | None) -> str:
    fields = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def write(folder: Path, text: str, *, locale: str = "en", name: str = "returns") -> Path:
    file = folder / locale / f"{name}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def in_english(article: Article) -> Article:
    return next(other for other in ARTICLES if (other.id, other.locale) == (article.id, "en"))


def name_of(article: Article) -> str:
    return f"{article.locale}/{article.id}"


def test_there_is_an_article_for_each_file() -> None:
    files = FOLDER.rglob("*.md")
    assert sorted(map(name_of, ARTICLES)) == sorted(f"{file.parent.name}/{file.stem}" for file in files)


def test_no_article_is_there_twice() -> None:
    assert [key for key, count in Counter(map(name_of, ARTICLES)).items() if count > 1] == []


def test_the_help_centre_speaks_english_german_and_turkish() -> None:
    counts = Counter(article.locale for article in ARTICLES)
    assert counts["en"] >= 18
    assert counts["de"] >= 12
    assert counts["tr"] >= 12


@pytest.mark.parametrize("article", ARTICLES, ids=name_of)
def test_an_article_has_100_to_300_words(article: Article) -> None:
    assert 100 <= len(article.body.split()) <= 300


@pytest.mark.parametrize("article", ARTICLES, ids=name_of)
def test_an_article_is_in_sections_of_paragraphs_of_at_most_four_sentences(article: Article) -> None:
    blocks = article.body.split("\n\n")
    assert blocks[0].startswith("## ")
    assert [block for block in blocks if len(SENTENCE_END.split(block)) > 4] == []


@pytest.mark.parametrize("article", ARTICLES, ids=name_of)
def test_links_and_mailboxes_stay_on_the_example_domain(article: Article) -> None:
    links = [urlsplit(found[0]) for found in LINK.finditer(article.body)]
    assert {(link.scheme, link.netloc) for link in links} <= {("https", "help.acme-outdoor.example")}
    assert {found["domain"] for found in MAILBOX.finditer(article.body)} <= {"acme-outdoor.example"}


@pytest.mark.parametrize("article", TRANSLATIONS, ids=name_of)
def test_a_translation_has_the_revision_and_category_of_the_english_article(article: Article) -> None:
    english = in_english(article)
    assert (article.revision, article.category) == (english.revision, english.category)


@pytest.mark.parametrize("article", TRANSLATIONS, ids=name_of)
def test_a_translation_says_no_number_that_no_english_article_says(article: Article) -> None:
    said = {number for english in ARTICLES if english.locale == "en" for number in NUMBER.findall(english.body)}
    assert set(NUMBER.findall(article.body)) <= said


def test_the_plans_cost_what_the_shop_charges() -> None:
    text = next(article.body for article in ARTICLES if name_of(article) == "en/club-plans")
    prices = {f"{amount} {currency}" for plan in MONTHLY_PRICES.values() for currency, amount in plan.items()}
    assert [price for price in sorted(prices) if price not in text] == []


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("## No front matter\n", "front matter"),
        ("---\nid: [\n---\nText.\n", "front matter"),
        ("---\n- a list\n---\nText.\n", "front matter"),
        (f"---\n{front_matter(id='Returns!')}---\nText.\n", "id"),
        (f"---\n{front_matter(id='refunds')}---\nText.\n", "id"),
        (f"---\n{front_matter(revision='0')}---\nText.\n", "revision"),
        (f"---\n{front_matter(revision='soon')}---\nText.\n", "revision"),
        (f"---\n{front_matter(title=None)}---\nText.\n", "title"),
        (f"---\n{front_matter(category=None)}---\nText.\n", "category"),
        (f"---\n{front_matter(catgory='orders')}---\nText.\n", "catgory"),
        (f"---\n{front_matter()}---\n\n", "body"),
    ],
)
def test_a_file_that_is_no_article_is_refused_by_file_and_field(tmp_path: Path, text: str, field: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(InvalidArticle) as refused:
        read_folder(tmp_path)
    assert refused.value.field == f"{file} {field}"


def test_a_folder_that_is_no_locale_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, f"---\n{front_matter()}---\nText.\n", locale="english")
    with pytest.raises(InvalidArticle) as refused:
        read_folder(tmp_path)
    assert refused.value.field == f"{file} locale"


def test_a_file_that_is_not_utf_8_is_refused_by_name(tmp_path: Path) -> None:
    file = write(tmp_path, "")
    file.write_bytes(b"---\nid: \xff\n---\n")
    with pytest.raises(InvalidArticle, match=re.escape(str(file))):
        read_folder(tmp_path)


def test_a_help_centre_without_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no articles"):
        read_folder(tmp_path)


def test_a_line_of_dashes_in_the_text_ends_nothing(tmp_path: Path) -> None:
    write(tmp_path, f"---\n{front_matter()}---\nBefore.\n\n---\n\nAfter.\n")
    (article,) = read_folder(tmp_path)
    assert article.body == "Before.\n\n---\n\nAfter."
