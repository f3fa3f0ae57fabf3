"""Every case of real mail and chat, on the whole path: one story, one test, named as in the YAML files.

pytest tests/mail_cases -k NAME
"""

import pytest

from tests.mail_cases.conftest import Stage
from tests.mail_cases.story import Story, all_stories

STORIES = [
    pytest.param(story, id=story.id, marks=pytest.mark.long if story.takes_long else ()) for story in all_stories()
]


@pytest.mark.parametrize("story", STORIES)
async def test_only_what_the_customer_asks_for_happens(stage: Stage, story: Story) -> None:
    wrong = await stage.faults(story)
    if wrong:
        pytest.fail("\n".join((f"{story.kind}: {story.text or story.html}"[:600], *wrong)), pytrace=False)
