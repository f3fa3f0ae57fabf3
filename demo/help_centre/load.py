"""Reading the demo's help centre from the Markdown files beside this module.

`articles/de/gift-cards.md` is the article `gift-cards` in German. Each file begins with YAML between two lines `---`
that has the article's id, revision, title and category; the text after it is the body.
"""

import re
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from cases.article import Article
from cases.errors import InvalidInput
from cases.record import Document
from cases.ticket import Slug

ARTICLES = Path(__file__).parent / "articles"

_PARTS = re.compile(r"---\n(?P<front>.*?)^---\n(?P<body>.*)", re.DOTALL | re.MULTILINE)


class InvalidArticle(InvalidInput):
    """A file that cannot become an article. `field` is the file and, where one is wrong, the field."""


class _FrontMatter(Document):
    """What stands above an article's text."""

    id: Slug
    revision: Annotated[int, Field(strict=True)]
    title: str
    category: str


def load_articles() -> tuple[Article, ...]:
    """Every article of the demo's help centre, by language and id.

    Raises InvalidArticle naming the file and the first field that is wrong.
    """
    return read_folder(ARTICLES)


def read_folder(folder: Path) -> tuple[Article, ...]:
    """The articles of a folder that has one folder for each locale. Raises InvalidArticle, also for none."""
    articles = tuple(read_article(file) for file in sorted(folder.glob("*/*.md")))
    if not articles:
        # An empty help centre would make indexing remove the one that stands.
        raise InvalidArticle(str(folder), "it has no articles.", "Put them there as LOCALE/ID.md.")
    return articles


def read_article(file: Path) -> Article:
    """The article of one file; its locale is the folder's name. Raises InvalidArticle."""
    try:
        front, body = _parts(file)
        article = Article(
            id=front.id,
            locale=file.parent.name,
            revision=front.revision,
            title=front.title,
            category=front.category,
            body=body,
        )
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArticle(str(file), f"it cannot be read: {error}.", "Give a Markdown file in UTF-8.") from error
    except yaml.YAMLError as error:
        raise InvalidArticle(f"{file} front matter", f"it is not YAML: {error}.", "Mend it at that line.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "front matter"
        way_out = "The front matter has id, revision, title and category; the folder is the locale."
        raise InvalidArticle(f"{file} {where}", f"{first['msg']}.", way_out) from error
    # The name of a file is unique in its folder, and so then is the id in its locale.
    if article.id != file.stem:
        raise InvalidArticle(f"{file} id", f"{article.id} is not the name of the file.", "Make the two the same.")
    return article


def _parts(file: Path) -> tuple[_FrontMatter, str]:
    parts = _PARTS.fullmatch(file.read_text(encoding="utf-8"))
    if parts is None:
        raise InvalidArticle(
            f"{file} front matter", "it is missing.", "Begin the file with YAML between two lines ---."
        )
    return _FrontMatter.model_validate(yaml.safe_load(parts["front"])), parts["body"].strip()
