"""Why: a code that software counts and a sentence that a person reads in five seconds."""

from enum import StrEnum

from cases.record import Record


class ReasonCode(StrEnum):
    """Every reason Signalbox gives for a route, a fall down a ladder, a review or an outcome.

    Each has its words in `routing/messages.py`.
    """

    # Routes
    SINGLE_CLEAR_INTENT = "single_clear_intent"
    SEVERAL_INTENTS = "several_intents"
    LONG_MESSAGE = "long_message"
    CONTRADICTION = "contradiction"
    SEVERAL_SYSTEMS = "several_systems"
    REPEAT_CONTACT = "repeat_contact"
    WEAK_SOURCES = "weak_sources"
    MESSAGE_CUT = "message_cut"
    REFERENCE_NOT_FOUND = "reference_not_found"
    DETAIL_MISSING = "detail_missing"
    LOOKUP_FAILED = "lookup_failed"
    CRITICAL_WORDS = "critical_words"
    ESCALATION_FLAG = "escalation_flag"
    HIGH_PRIORITY_UNSURE = "high_priority_unsure"
    ATTACHMENT_UNREAD = "attachment_unread"
    NEEDS_A_PERSON = "needs_a_person"
    UNKNOWN_INTENT = "unknown_intent"
    ONLY_FORWARDED = "only_forwarded"

    # Files that cannot be read
    ATTACHMENT_ILLEGIBLE = "attachment_illegible"

    # Falls down a ladder
    LOW_CONFIDENCE = "low_confidence"
    UNFAMILIAR = "unfamiliar"
    MALFORMED_ANSWER = "malformed_answer"
    CHECK_FAILED = "check_failed"
    MODELS_DISAGREE = "models_disagree"
    NO_SECOND_OPINION = "no_second_opinion"
    MODEL_TIMEOUT = "model_timeout"
    NO_FREE_WORKER = "no_free_worker"
    TOOL_FAILED = "tool_failed"
    HELPDESK_LOCKED = "helpdesk_locked"
    MODEL_BUSY = "model_busy"
    MODEL_REFUSED_CALL = "model_refused_call"
    MODEL_COOLING_DOWN = "model_cooling_down"
    SWITCHED_OFF = "switched_off"
    TIME_SPENT = "time_spent"
    COST_SPENT = "cost_spent"
    FASTER_FOR_CHANNEL = "faster_for_channel"
    RUNGS_EXHAUSTED = "rungs_exhausted"
    FROM_CACHE = "from_cache"
    NOT_IN_CACHE = "not_in_cache"

    # Failed checks of a draft
    DRAFT_EMPTY = "draft_empty"
    DRAFT_TOO_LONG = "draft_too_long"
    QUOTE_NOT_IN_SOURCE = "quote_not_in_source"
    NOTHING_QUOTED = "nothing_quoted"
    UNANSWERED = "unanswered"
    WEAK_ANSWER = "weak_answer"
    OTHER_LANGUAGE = "other_language"
    UNPROVEN_VALUE = "unproven_value"
    PROMISE_WITHOUT_ACTION = "promise_without_action"
    FORBIDDEN_WORDS = "forbidden_words"

    # Reviews
    REFUND_OVER_LIMIT = "refund_over_limit"
    POLICY_EXCEPTION = "policy_exception"
    ACCOUNT_CHANGE = "account_change"
    CLOSURE = "closure"
    CONTRACT_CHANGE = "contract_change"
    WEAK_IDENTITY = "weak_identity"
    SOMEBODY_ELSE_ASKS = "somebody_else_asks"
    LEGAL_RISK = "legal_risk"
    SECURITY_OR_PRIVACY = "security_or_privacy"
    ANGRY_CUSTOMER = "angry_customer"
    INSTRUCTIONS_IN_TEXT = "instructions_in_text"
    TO_CONFIRM = "to_confirm"
    DECLINED = "declined"
    NOT_REQUESTED = "not_requested"
    WROTE_SINCE = "wrote_since"
    QUESTION_ANSWERED = "question_answered"
    ASKED_EARLIER = "asked_earlier"
    OTHER_OPEN_CASE = "other_open_case"
    HIDDEN_INSTRUCTIONS = "hidden_instructions"
    FORWARDED_MAIL = "forwarded_mail"
    AMBIGUOUS = "ambiguous"
    AMOUNT_UNCLEAR = "amount_unclear"
    PART_UNCLEAR = "part_unclear"
    PARTLY_REFUNDED = "partly_refunded"
    VALUE_UNCLEAR = "value_unclear"
    ASKED_AGAIN = "asked_again"
    UNSURE_OF_IRREVERSIBLE = "unsure_of_irreversible"
    WORDY_AND_UNCLEAR = "wordy_and_unclear"

    # Actions
    ACTION_REFUSED = "action_refused"
    ACTION_UNKNOWN = "action_unknown"
    VALUE_LIMIT_REACHED = "value_limit_reached"
    FACTS_CHANGED = "facts_changed"
    RECORD_IN_USE = "record_in_use"

    # Nothing to do
    NOTHING_ASKED = "nothing_asked"
    THANKED = "thanked"

    # Outcomes
    ANSWERED = "answered"
    APPROVED = "approved"
    EDITED = "edited"
    REJECTED = "rejected"
    TAKEN_OVER = "taken_over"
    ASKED_BY_REVIEWER = "asked_by_reviewer"
    NO_ANSWER = "no_answer"
    TOO_MANY_QUESTIONS = "too_many_questions"
    TOO_MANY_PASSES = "too_many_passes"
    REOPENED = "reopened"
    COLLEAGUE_ANSWERED = "colleague_answered"
    SOLVED_ELSEWHERE = "solved_elsewhere"
    COLLEAGUE_PROMISED = "colleague_promised"
    REQUESTER_CHANGED = "requester_changed"
    MERGED_ELSEWHERE = "merged_elsewhere"
    TICKET_DELETED = "ticket_deleted"
    TICKET_IS_SPAM = "ticket_is_spam"
    MESSAGE_WITHDRAWN = "message_withdrawn"
    CANCELLED_BY_OPS = "cancelled_by_ops"
    ENDED_BY_OPS = "ended_by_ops"
    MACHINE_MAIL = "machine_mail"
    BOUNCE_OF_UNKNOWN = "bounce_of_unknown"
    TOO_MANY_REPLIES = "too_many_replies"


class Reason(Record):
    """A reason as it was given: a code, and its sentence with the measured values filled in."""

    code: ReasonCode
    sentence: str

    def __str__(self) -> str:
        return self.sentence
