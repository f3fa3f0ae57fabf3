"""An article of the help centre, as its authors keep it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from cases.record import Document
from cases.ticket import Locale, Slug


class Article(Document):
    """One article in one language. The same `id` in another locale is its translation."""

    id: Slug
    locale: Locale
    revision: Annotated[int, Field(ge=1)]
    """Grows with every change; of two texts of one article the higher revision is the valid one."""
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    category: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    body: Annotated[str, StringConstraints(min_length=1)]
    """Markdown: headings, paragraphs, lists."""
