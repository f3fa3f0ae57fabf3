"""How people ask for something in a language, and how they do not: negation, question, condition, report.

All of it is written in one small notation of patterns over the words of a sentence:

- words in their plain form, without regard to case and to dots and accents: `kündigen` is also "KUENDIGEN";
- `*` in a word for any letters, `a|b` for either word, `word?` for a word that may be missing, `*` for any word;
- `…` for up to six words of the same part of a sentence;
- `^` at the start of a pattern for the start of a part of a sentence, `$` at its end for the end of one;
- `,` for a comma or another mark between two parts, `#` for a word with a digit, `@` for an e-mail address;
- `'` for an apostrophe that may be missing, `''` for one that must stand there;
- `{name}` for any of the patterns of a group, also within a word, and `{name}~` for none or several of them;
- `{plan}` for what the tenant calls its plans; and in what counts for all actions `{do}`, `{doing}`, `{done}` and
  `{thing}` for the forms of the action that is looked for.
"""

import re
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from cases.action import ActionKind
from cases.record import Record

WordPattern = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
WordPatterns = tuple[WordPattern, ...]

FORMS = ("do", "doing", "done", "thing")
"""The forms of an action that patterns of all actions may name."""

GIVEN = (*FORMS, "plan")
"""Groups that no pack writes: the action looked for fills the forms, the tenant the plans."""

_GROUP = re.compile(r"\{(\w+)\}")


class ActionWords(Record):
    """How a language speaks of one kind of action."""

    do: WordPatterns = ()
    """The verb with what it is done to, as it stands in a request: "cancel … order"."""
    doing: WordPatterns = ()
    """Another form of it, that some requests need: "cancelling", "zu stornieren"."""
    done: WordPatterns = ()
    """Its participle: "cancelled"."""
    thing: WordPatterns = ()
    """Its noun: "cancellation"."""
    asks: WordPatterns = ()
    """Whole requests of this action alone: "I forgot my password" asks for a reset."""
    asks_politely: WordPatterns = ()
    """The same in the form of a question: "can I get a refund, please"."""
    mentions: WordPatterns
    """Whatever speaks of the action at all, in any form. A sentence that denies or doubts one of these blocks it."""
    about: WordPatterns = ()
    """What it is done to. Where given, a message that names none of it does not say what is meant."""
    not_about: WordPatterns = ()
    """What the same verb means another action of: a membership is cancelled too."""


class RequestWords(Record):
    """What makes a sentence a request for an action, and what keeps it from being one."""

    groups: dict[str, WordPatterns] = {}
    """Patterns that several others use, by the name they use them by."""
    one_word: WordPatterns = ()
    """Words that mean one thing together and are read as one, joined by hyphens: "e-mail address"."""
    asides: WordPatterns = ()
    """What is said beside and means nothing here: "as discussed". It is read over."""
    joints: WordPatterns = ()
    """Where a new part of a sentence begins without a comma: "because", "and I"."""
    frames: WordPatterns = ()
    """Requests, around the forms of an action: "I want to {do}"."""
    polite_questions: WordPatterns = ()
    """Requests in the form of a question: "could you {do}"."""
    negators: WordPatterns = ()
    """Words that deny, wherever they stand in a part of a sentence."""
    negators_behind: WordPatterns = ()
    """Words that deny only what stands before them."""
    denied: WordPatterns = ()
    """Forms of an action that deny it by themselves: "iptal etmeyin"."""
    withdrawals: WordPatterns = ()
    """Words that take back whatever was asked, wherever they stand: "forget it"."""
    second_thoughts: WordPatterns = ()
    """Words that take back what stands before them: "actually"."""
    empty: WordPatterns = ()
    """Words that say nothing of their own. A denial or a question of these alone speaks of what stands around it."""
    questions: WordPatterns = ()
    """Words before an action that ask about it, with or without a question mark: "how do I"."""
    conditions: WordPatterns = ()
    """Words that make something depend on something else."""
    deferrals: WordPatterns = ()
    """Words that put off what is asked in the same sentence: "once", "after"."""
    alternatives: WordPatterns = ()
    """Words that offer a choice: "or"."""
    doubts: WordPatterns = ()
    """Words of somebody who has not decided: "maybe"."""
    reports: WordPatterns = ()
    """Words that tell what was said or asked: "you told me"."""
    past: WordPatterns = ()
    """An action that is told of as done."""
    others: WordPatterns = ()
    """Other people, and what is theirs."""
    undecided: WordPatterns = ()
    """Words of somebody who has not decided or would take something else too, wherever in the message they stand."""
    bystanders: WordPatterns = ()
    """What others do without owning anything here: "my brother gave me". Asked of sentences with one of `others`."""
    stand_ins: WordPatterns = ()
    """What makes one of `others` the one who owns something or asks for it: "my brother ordered"."""
    owned: WordPatterns = ()
    """What says that something here is the customer's own: "I ordered", "my membership"."""
    abbreviations: WordPatterns = ()
    """Short words whose full stop ends no sentence."""
    actions: dict[ActionKind, ActionWords] = {}

    @model_validator(mode="after")
    def _knows_its_groups(self) -> Self:
        known = {*self.groups, *GIVEN}
        for place, patterns in self._all_patterns():
            for pattern in patterns:
                unknown = [name for name in _GROUP.findall(pattern) if name not in known]
                if unknown:
                    raise ValueError(
                        f"{place}: {pattern!r} names the group {unknown[0]!r}, which is not under `groups`; "
                        f"add it there or use one of {', '.join(sorted(known))}"
                    )
        return self

    def _all_patterns(self) -> list[tuple[str, WordPatterns]]:
        own = [(name, getattr(self, name)) for name in type(self).model_fields if name not in ("groups", "actions")]
        groups = [(f"groups.{name}", patterns) for name, patterns in self.groups.items()]
        actions = [
            (f"actions.{kind}.{name}", getattr(words, name))
            for kind, words in self.actions.items()
            for name in ActionWords.model_fields
        ]
        return [*own, *groups, *actions]
