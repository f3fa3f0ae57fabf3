"""The catalogue: what every reason says, and what a colleague does next.

One tone: short sentences, what failed first, then what to do. The line for the agent has at most 160 characters.
"""

from enum import StrEnum
from typing import NamedTuple

from cases.reason import Reason, ReasonCode
from cases.words import in_words

AGENT_LINE_CHARACTERS = 160
"""What fits one line of a ticket view."""


class Message(NamedTuple):
    """The sentence of a reason, its measured values in braces, and the next step for a person."""

    sentence: str
    next_step: str


CATALOGUE: dict[ReasonCode, Message] = {
    ReasonCode.SINGLE_CLEAR_INTENT: Message("one clear request: {intent}", "Nothing to do."),
    ReasonCode.SEVERAL_INTENTS: Message("{count} intents: {intents}", "Check that each one is answered."),
    ReasonCode.LONG_MESSAGE: Message("long message: {words} words, limit {limit}", "Read it for what was missed."),
    ReasonCode.CONTRADICTION: Message("contradiction: {what}", "Ask the customer which one holds."),
    ReasonCode.SEVERAL_SYSTEMS: Message("{count} systems needed: {systems}", "Compare what each of them says."),
    ReasonCode.REPEAT_CONTACT: Message(
        "the customer wrote again about the same ticket", "Read the earlier answer first."
    ),
    ReasonCode.WEAK_SOURCES: Message(
        "no article answers this well: {measured} below {threshold}", "Answer it, and tell the help-centre owner."
    ),
    ReasonCode.REFERENCE_NOT_FOUND: Message(
        "named {reference}, and no such order of this customer was found", "Ask which order is meant."
    ),
    ReasonCode.MESSAGE_CUT: Message(
        "a message was too long and was cut: {count} characters in its middle were left out",
        "Read the whole message in the helpdesk first.",
    ),
    ReasonCode.DETAIL_MISSING: Message("missing: {details}", "Wait for the customer, or answer in person."),
    ReasonCode.LOOKUP_FAILED: Message("look-up failed: {lookups}", "Look it up by hand, or retry with ask-again."),
    ReasonCode.CRITICAL_WORDS: Message("critical words ({heading}): {words}", "Answer in person, without a model."),
    ReasonCode.ESCALATION_FLAG: Message("the model that read it asks for a person: {why}", "Answer in person."),
    ReasonCode.HIGH_PRIORITY_UNSURE: Message(
        "high priority, confidence {measured} below {threshold}", "Read the ticket and answer it."
    ),
    ReasonCode.ATTACHMENT_UNREAD: Message("nobody has read {file}: {what}", "Open the file, then answer in person."),
    ReasonCode.ATTACHMENT_ILLEGIBLE: Message("{file} cannot be read: {what}", "Ask for a clearer one."),
    ReasonCode.NEEDS_A_PERSON: Message("{intent} is always answered by a person", "Answer in person."),
    ReasonCode.UNKNOWN_INTENT: Message("not one of the known requests", "Answer it, or send it to the right team."),
    ReasonCode.LOW_CONFIDENCE: Message(
        "confidence {measured} below {threshold}", "Read the ticket and answer in person."
    ),
    ReasonCode.UNFAMILIAR: Message(
        "unlike every example it was taught; its best guess: {intent}", "Read the ticket and answer in person."
    ),
    ReasonCode.MALFORMED_ANSWER: Message("the answer of {model} cannot be used: {what}", "Answer it by hand."),
    ReasonCode.CHECK_FAILED: Message("the draft failed its check: {what}", "Mend the draft, or write your own."),
    ReasonCode.MODELS_DISAGREE: Message(
        "two models would do different things: {first}, and {second}", "Compare both replies and decide."
    ),
    ReasonCode.NO_SECOND_OPINION: Message(
        "two models must agree here, and no second one answered: {why}", "Read the reply before it goes out."
    ),
    ReasonCode.MODEL_TIMEOUT: Message("{model} gave no answer in {seconds} s", "Answer it by hand if it is urgent."),
    ReasonCode.NO_FREE_WORKER: Message(
        "no worker of {queue} was free within {seconds} s", "Answer it by hand; ask ops to start workers."
    ),
    ReasonCode.TOOL_FAILED: Message("{tool} did not finish: {what}", "Retry once; then ask ops to look at it."),
    ReasonCode.HELPDESK_LOCKED: Message(
        "{source} no longer lets us in: {what}", "Ops give it a new token; then this goes out by itself."
    ),
    ReasonCode.MODEL_BUSY: Message("{model} cannot answer now: {what}", "Wait; the next model is asked meanwhile."),
    ReasonCode.MODEL_REFUSED_CALL: Message("{model} cannot be used: {what}", "Tell ops; the next model is asked."),
    ReasonCode.MODEL_COOLING_DOWN: Message(
        "{model} failed again and again; it is not asked for {seconds} s", "Tell ops; the next model is asked."
    ),
    ReasonCode.SWITCHED_OFF: Message(
        "{what} was switched off by {by}: {why}", "Answer it by hand until it is on again."
    ),
    ReasonCode.TIME_SPENT: Message("the {seconds} s for this job are used up", "Answer it by hand."),
    ReasonCode.COST_SPENT: Message("the cost ceiling of {ceiling} USD is reached", "Answer it by hand."),
    ReasonCode.FASTER_FOR_CHANNEL: Message("{model} is too slow for the {seconds} s left", "Nothing to do."),
    ReasonCode.RUNGS_EXHAUSTED: Message("no model is left to ask", "Answer it by hand."),
    ReasonCode.FROM_CACHE: Message(
        "answered from the cache: same question as {case}, similarity {measured}", "Nothing to do."
    ),
    ReasonCode.NOT_IN_CACHE: Message("no earlier answer fits: {what}", "Nothing to do; a new one is drafted."),
    ReasonCode.DRAFT_EMPTY: Message("the draft is empty", "Write the reply yourself."),
    ReasonCode.DRAFT_TOO_LONG: Message("the draft has {measured} characters, limit {limit}", "Shorten the reply."),
    ReasonCode.QUOTE_NOT_IN_SOURCE: Message("a quotation is not in its source {source}", "Check it, or take it out."),
    ReasonCode.NOTHING_QUOTED: Message("it quotes no source", "Check what it says against the articles."),
    ReasonCode.UNANSWERED: Message("no article found says: {missing}", "Answer it; the passages found are shown."),
    ReasonCode.WEAK_ANSWER: Message(
        "what it quotes may not answer the question: {measured} below {threshold}", "Compare it with the question."
    ),
    ReasonCode.OTHER_LANGUAGE: Message(
        "{what} is in {languages}, and the customer wrote in {wanted}", "Answer it in the customer's language."
    ),
    ReasonCode.UNPROVEN_VALUE: Message("no source says {value}", "Check the value, or take it out."),
    ReasonCode.PROMISE_WITHOUT_ACTION: Message("promises {action} without doing it", "Do it, or change the words."),
    ReasonCode.FORBIDDEN_WORDS: Message("forbidden words: {words}", "Say it another way."),
    ReasonCode.ONLY_FORWARDED: Message(
        "a mail of {who} was forwarded without a word of its own", "Read it, and decide whom to answer."
    ),
    ReasonCode.REFUND_OVER_LIMIT: Message("refund of {measured} is over the limit of {limit}", "Approve or reject it."),
    ReasonCode.POLICY_EXCEPTION: Message("outside the rules: {what}", "Approve the exception, or reject it."),
    ReasonCode.ACCOUNT_CHANGE: Message("changes the account: {what}", "Check who asks, then approve or reject."),
    ReasonCode.CLOSURE: Message("closes or cancels: {what}", "Check that the customer means it, then decide."),
    ReasonCode.CONTRACT_CHANGE: Message("changes the contract: {what}", "Check plan and price, then decide."),
    ReasonCode.WEAK_IDENTITY: Message(
        "identity is {measured}, but must be {required}", "Make sure who is writing before you approve."
    ),
    ReasonCode.SOMEBODY_ELSE_ASKS: Message(
        "{who} asks for this, and is not the customer: {what}", "Ask the customer before you approve."
    ),
    ReasonCode.LEGAL_RISK: Message("legal risk: {what}", "Ask the lead before you answer."),
    ReasonCode.SECURITY_OR_PRIVACY: Message("security or privacy: {what}", "Follow the privacy procedure."),
    ReasonCode.ANGRY_CUSTOMER: Message("the customer is angry", "Read the reply for tone before it goes out."),
    ReasonCode.INSTRUCTIONS_IN_TEXT: Message(
        "the text tries to give instructions: {words}", "Trust the records, not the text."
    ),
    ReasonCode.HIDDEN_INSTRUCTIONS: Message(
        "text that no reader sees looks like instructions: {words}", "See who sent it before anything is done."
    ),
    ReasonCode.FORWARDED_MAIL: Message(
        "the mail was forwarded, and {who} wrote it: {what}", "Make sure whose request it is."
    ),
    ReasonCode.NOT_REQUESTED: Message(
        "{action} is not proposed: they {why}{quote}", "Read what they wrote, then answer."
    ),
    ReasonCode.TO_CONFIRM: Message("the customer is asked whether they want it: {action}", "Wait for the customer."),
    ReasonCode.DECLINED: Message("the customer does not want it: {action}", "Nothing to do."),
    ReasonCode.WROTE_SINCE: Message(
        "the customer wrote again after asking for {action}", "Read whether they still want it."
    ),
    ReasonCode.QUESTION_ANSWERED: Message(
        "the customer has answered {reviewer}: {answer}", "Read question and answer, then decide."
    ),
    ReasonCode.ASKED_EARLIER: Message(
        "asked for earlier, but not in this answer: {action}", "Do it only if the two texts say that it is wanted."
    ),
    ReasonCode.OTHER_OPEN_CASE: Message(
        "another open case is about {record}: {case}", "Open that case first, then decide both."
    ),
    ReasonCode.AMBIGUOUS: Message("ambiguous: {what}", "Decide which one is meant."),
    ReasonCode.AMOUNT_UNCLEAR: Message("amount unclear: {what}", "Set the amount, then approve."),
    ReasonCode.PART_UNCLEAR: Message(
        "a part is asked for, and not how much: “{words}”", "Set the amount, then approve."
    ),
    ReasonCode.PARTLY_REFUNDED: Message(
        "{refunded} of {paid} were refunded before", "Check what was settled with the customer."
    ),
    ReasonCode.VALUE_UNCLEAR: Message("unclear which new {what} is wanted: {values}", "Ask the customer which one."),
    ReasonCode.ASKED_AGAIN: Message("answered before and asked again: {intents}", "See what the answer left open."),
    ReasonCode.UNSURE_OF_IRREVERSIBLE: Message(
        "{action} cannot be undone, and confidence {measured} is below {threshold}", "Read whether it is really wanted."
    ),
    ReasonCode.WORDY_AND_UNCLEAR: Message(
        "no model understood it; with {words} words (over {limit}) the customer is not asked again",
        "Read it and answer in person.",
    ),
    ReasonCode.ACTION_REFUSED: Message("{action} was refused: {what}", "Explain it to the customer, or do it by hand."),
    ReasonCode.ACTION_UNKNOWN: Message(
        "{action} may or may not have happened", "Look it up in the shop before anything is repeated."
    ),
    ReasonCode.VALUE_LIMIT_REACHED: Message("{which} limit of {limit} is reached", "A lead decides whether to go on."),
    ReasonCode.NOTHING_ASKED: Message("the customer said hello and nothing else yet", "Wait for the customer."),
    ReasonCode.THANKED: Message("the customer said thanks", "Nothing to do."),
    ReasonCode.FACTS_CHANGED: Message("changed since it was decided: {what}", "Look at it anew, then decide again."),
    ReasonCode.RECORD_IN_USE: Message(
        "{target} is not free: {action} of case {case} is not settled", "Settle that first, then decide again."
    ),
    ReasonCode.ANSWERED: Message("answered: {intents}", "Nothing to do."),
    ReasonCode.APPROVED: Message("approved by {reviewer}", "Nothing to do."),
    ReasonCode.EDITED: Message("edited and approved by {reviewer}", "Nothing to do."),
    ReasonCode.REJECTED: Message("rejected by {reviewer}: {why}", "Answer the customer in person."),
    ReasonCode.TAKEN_OVER: Message("taken over by {reviewer}", "The reviewer answers."),
    ReasonCode.ASKED_BY_REVIEWER: Message("{reviewer} asked the customer: {question}", "Wait for the customer."),
    ReasonCode.NO_ANSWER: Message("the customer did not answer within {waited}", "Nothing to do unless they write."),
    ReasonCode.TOO_MANY_PASSES: Message(
        "gone through {count} times without coming to an end", "Check whether two machines answer each other."
    ),
    ReasonCode.COLLEAGUE_PROMISED: Message(
        "answered, and a colleague was promised: {intents}", "Do what was promised."
    ),
    ReasonCode.REOPENED: Message("the ticket was reopened after our answer", "Read that answer, then write in person."),
    ReasonCode.COLLEAGUE_ANSWERED: Message("{author} answered in the helpdesk", "Nothing to do; they have it."),
    ReasonCode.SOLVED_ELSEWHERE: Message("the ticket was solved in the helpdesk", "Nothing to do."),
    ReasonCode.REQUESTER_CHANGED: Message(
        "the ticket was given to another requester after {done}", "See whether that was right, then answer in person."
    ),
    ReasonCode.MERGED_ELSEWHERE: Message("the ticket was merged into {ticket}", "Nothing to do; go on there."),
    ReasonCode.TICKET_DELETED: Message("the ticket was deleted in the helpdesk", "Nothing to do."),
    ReasonCode.TICKET_IS_SPAM: Message("the ticket was marked as spam", "Nothing to do."),
    ReasonCode.MESSAGE_WITHDRAWN: Message(
        "all that the customer wrote was deleted in the helpdesk", "Nothing to do unless they write again."
    ),
    ReasonCode.CANCELLED_BY_OPS: Message("ops cancelled this case in Temporal", "Answer the customer in person."),
    ReasonCode.ENDED_BY_OPS: Message(
        "this case ended in Temporal ({how}) before it was done", "Answer in the helpdesk; a new message starts anew."
    ),
    ReasonCode.MACHINE_MAIL: Message("automatic mail ({kind}): {why}", "Nothing to do."),
    ReasonCode.BOUNCE_OF_UNKNOWN: Message(
        "a mail bounced, and no case of ours fits: {why}", "Find out whom it was for, and reach them another way."
    ),
    ReasonCode.TOO_MANY_REPLIES: Message(
        "{count} replies were sent within an hour, as many as may be", "Check whether two machines answer each other."
    ),
    ReasonCode.TOO_MANY_QUESTIONS: Message("asked {count} times and still missing: {details}", "Ask in person."),
}


NAMES = frozenset({"intent", "intents", "details", "lookups", "systems", "heading"})
"""Filled in with names of a policy, which are said in words, as members of our own enums are. All else stays as it is:
customers, models and shops have names with underscores."""


def reason(code: ReasonCode, **values: object) -> Reason:
    """Give a reason with its measured values filled in. Raises KeyError for a value the sentence needs."""
    said = {
        name: in_words(str(value)) if name in NAMES or isinstance(value, StrEnum) else value
        for name, value in values.items()
    }
    return Reason(code=code, sentence=CATALOGUE[code].sentence.format(**said))


def next_step(code: ReasonCode) -> str:
    """Tell a colleague what to do about a reason."""
    return CATALOGUE[code].next_step


def agent_line(given: Reason) -> str:
    """Say a reason and its next step in one line of at most 160 characters; a long reason is cut, never the step."""
    step = next_step(given.code)
    room = AGENT_LINE_CHARACTERS - len(step) - 2
    sentence = given.sentence if len(given.sentence) <= room else given.sentence[: room - 1].rstrip() + "…"
    return f"{sentence[:1].upper()}{sentence[1:]}. {step}"
