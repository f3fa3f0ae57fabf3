"""Every error Signalbox raises on purpose, in one hierarchy.

SignalboxError
├── InvalidInput                  what somebody sent cannot be taken; names the field and the way out
│   ├── InvalidTicket
│   ├── InvalidPolicy
│   ├── InvalidDecision
│   └── InvalidDelivery           a source's delivery, truly signed, that says nothing we understand
├── CaseRefusal                   understood, but it cannot be done to this case as it stands
│   ├── UnknownCase
│   ├── AmbiguousCase
│   ├── CaseClosed
│   │   └── CaseEndedByOps        its workflow was ended in Temporal before it was done
│   ├── DecisionRefused
│   └── VerdictRefused            what went out does not take this verdict of the audit
├── AccessRefused                 whoever asks is not let in, or not to this; nothing was done
│   ├── NotSignedIn
│   ├── NotAllowed
│   ├── ForgedRequest             it did not come from a page of ours
│   ├── SignInRefused             wrong name or password, or an answer of the identity provider that cannot be believed
│   ├── TooManyAttempts           wait before the next try
│   └── SignatureRefused          a delivery that does not prove whose it is, or is too old
├── UnknownSource                 nobody has registered such a source
├── CurrencyMismatch              two currencies where one is needed
├── ModelFailure                  a model call that gave nothing usable
│   ├── ContentFailure            malformed, empty or refused: a stricter prompt may help
│   ├── ModelTimeout              no answer within the rung's time
│   ├── TemporaryFailure          overloaded or rate-limited: wait as the provider says
│   └── PermanentFailure          bad key, unknown model: the same call can never work
│       └── UnaskableQuestion     too long, or of a kind it does not read: no fault of the model's
├── AttachmentIllegible           a file of the customer's that nobody can read, whoever looks at it
├── ToolFailure                   the shop or the helpdesk did not do what was asked
│   ├── ToolUnavailable           no connection, or a clear failure before anything happened
│   │   └── ToolLocked            it no longer lets us in, until somebody gives us another key
│   ├── ToolRefused               the system of record said no, with its reason
│   │   └── TicketOvertaken       a reply had lost its reader by the time it was to be written
│   ├── ToolOutcomeUnknown        the answer was lost: it may or may not have happened
│   └── ActionUnderWay            another try of the same action is on its way, or it may still be carried out
└── Unavailable                   a part of Signalbox itself is down; try again later
    ├── EngineUnavailable
    ├── LedgerUnavailable
    ├── ProviderUnavailable       whoever signs people in for us
    ├── DecisionUnconfirmed       a decision was sent and not answered: it may or may not count
    ├── CaseStuck                 the case gets no step further for now, and takes no decision
    └── StackUnavailable          the embedded servers cannot start here: a port, a directory or a part of them
"""

from decimal import Decimal
from typing import NamedTuple

from cases.ladder import Usage
from cases.source_event import HelpdeskChange


class SignalboxError(Exception):
    """The root: catch it at a door, never inside."""


class InvalidInput(SignalboxError):
    """Input that cannot be taken: which field, what is wrong, and how to mend it."""

    def __init__(self, field: str, problem: str, way_out: str) -> None:
        super().__init__(f"{field}: {problem} {way_out}")
        self.field = field
        self.problem = problem
        self.way_out = way_out


class InvalidTicket(InvalidInput):
    """A ticket that cannot become a case."""


class PolicyProblem(NamedTuple):
    """One thing wrong with a policy. `field` is file, line and key: `local.yaml:12 thresholds.confidence`."""

    field: str
    problem: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.field}: {self.problem} {self.way_out}"


class InvalidPolicy(InvalidInput):
    """A policy that cannot be used: `problems` has everything wrong with it, the other fields tell of the first."""

    def __init__(self, first: PolicyProblem, *others: PolicyProblem) -> None:
        super().__init__(*first)
        self.problems = (first, *others)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InvalidDecision(InvalidInput):
    """A reviewer's decision that cannot be read."""


class InvalidDelivery(InvalidInput):
    """A source's delivery, truly signed, that says nothing we understand."""


class CaseRefusal(SignalboxError):
    """What was asked cannot be done to this case as it stands. Nothing was changed."""


class UnknownCase(CaseRefusal):
    """There is no such case."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"There is no case {case_id}. List the cases with `signalbox cases`.")


class AmbiguousCase(CaseRefusal):
    """A ticket id that several cases have."""

    def __init__(self, ticket_id: str, case_ids: tuple[str, ...]) -> None:
        super().__init__(f"Several cases have the ticket id {ticket_id}: {', '.join(case_ids)}. Give one of these.")


class CaseClosed(CaseRefusal):
    """The case has ended and hears only from its customer."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"The case {case_id} is closed. See how it ended with `signalbox show {case_id}`.")


class CaseEndedByOps(CaseClosed):
    """The case's workflow was ended in Temporal before it was done. What its customer writes next begins a new run."""

    def __init__(self, case_id: str, how: str) -> None:
        CaseRefusal.__init__(
            self,
            f"The case {case_id} was ended in Temporal ({how}) before it was done, so nothing was done now. Answer the "
            "customer in the helpdesk; what they write next begins the case anew.",
        )


class DecisionRefused(CaseRefusal):
    """The case does not take this decision. The message says why, and what to do."""


class VerdictRefused(CaseRefusal):
    """What went out does not take this verdict: it has another one, or was not drawn for the audit."""


class AccessRefused(SignalboxError):
    """Whoever asks is not let in, or not to this. Nothing was done."""


class NotSignedIn(AccessRefused):
    """There is no session, or it has ended."""

    def __init__(self) -> None:
        super().__init__("You are not signed in, or your session has ended. Nothing was done.")


class NotAllowed(AccessRefused):
    """The person's roles do not allow it."""

    def __init__(self, roles_needed: tuple[str, ...]) -> None:
        *most, last = roles_needed
        needed = " or ".join([", ".join(most), last] if most else [last])
        super().__init__(f"This is for people with the role {needed}. Ask a lead, or whoever runs Signalbox for you.")


class ForgedRequest(AccessRefused):
    """The request did not come from a page of ours, or from one of another session."""


class SignInRefused(AccessRefused):
    """Who signs in could not be made sure of. The message says what to do."""


class TooManyAttempts(AccessRefused):
    """Too many sign-ins failed for this name or from this address."""

    def __init__(self, retry_after_seconds: int) -> None:
        minutes = -(-retry_after_seconds // 60)
        wait = "a minute" if minutes == 1 else f"{minutes} minutes"
        super().__init__(f"Too many sign-ins have failed for this name or from here. Try again in {wait}.")
        self.retry_after_seconds = retry_after_seconds


class SignatureRefused(AccessRefused):
    """A delivery that does not prove whose it is. The message says what is missing or wrong, never what is right."""


class UnknownSource(SignalboxError):
    """Nobody has registered such a source."""

    def __init__(self, label: str) -> None:
        super().__init__(f"There is no source {label}. List them with `signalbox source list`, or add it.")


class CurrencyMismatch(SignalboxError):
    """Two amounts that cannot be compared or added."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} and {second} are different currencies; convert one before comparing.")


class ModelFailure(SignalboxError):
    """A model call that gave nothing usable. What it took all the same, its provider writes on it."""

    usage: Usage = Usage()
    cost: Decimal = Decimal(0)
    """US dollars."""
    prompt_version: str = ""


class ContentFailure(ModelFailure):
    """The model answered, but not with what was asked for. `usage` is what the answer took all the same."""

    def __init__(self, message: str, usage: Usage | None = None) -> None:
        super().__init__(message)
        self.usage = usage or Usage()


class ModelTimeout(ModelFailure):
    """The model did not answer within the rung's time."""


class TemporaryFailure(ModelFailure):
    """The provider asked for patience."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class PermanentFailure(ModelFailure):
    """The same call can never work."""


class UnaskableQuestion(PermanentFailure):
    """This one question can never be put to this model, as one that is too long: no fault of the model's."""


class AttachmentIllegible(SignalboxError):
    """A file that cannot be read as it is: too large, cut off, or of another kind. Its sender can send a better one."""


class ToolFailure(SignalboxError):
    """A system of record or a helpdesk did not do what was asked."""


class ToolUnavailable(ToolFailure):
    """Nothing happened: no connection, or a clear failure before the work began."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        """How long its own answer asks us to wait, where it does."""


class ToolLocked(ToolUnavailable):
    """Nothing happened: our key is missing, or was changed, or may no more. Only a person can mend that."""


class ToolRefused(ToolFailure):
    """The system of record said no. The message is its reason."""


class TicketOvertaken(ToolRefused):
    """Nothing was written: by that time the ticket was somebody else's, or no more. `change` is what had happened."""

    def __init__(self, change: HelpdeskChange) -> None:
        super().__init__(f"The ticket has changed in the helpdesk, and nothing was written: {change.event}.")
        self.change = change


class ToolOutcomeUnknown(ToolFailure):
    """The answer was lost or late: look the outcome up by key before any second try."""


class ActionUnderWay(ToolFailure):
    """An action is not settled yet, and looking again shortly is all that may be done."""


class Unavailable(SignalboxError):
    """A part of Signalbox itself is down."""


class EngineUnavailable(Unavailable):
    """Temporal cannot be reached."""


class LedgerUnavailable(Unavailable):
    """PostgreSQL cannot be reached."""


class ProviderUnavailable(Unavailable):
    """The identity provider cannot be reached, or answers what cannot be used."""


class DecisionUnconfirmed(Unavailable):
    """A decision was sent and not answered in time: it may count, or not. Sending the same again is safe."""

    def __init__(self, case_id: str) -> None:
        super().__init__(
            f"No worker has answered for {case_id}, so it is not certain that the decision counts. Send the same "
            "decision again: it is taken once. If it stays so, start a worker with `python worker.py`."
        )


class CaseStuck(Unavailable):
    """The engine takes no decision for a case whose last steps failed again and again. Nothing was changed."""

    def __init__(self, case_id: str) -> None:
        super().__init__(
            f"The last steps of {case_id} did not get through, so it takes no decision for now; nothing was changed. "
            "Send the same decision again in a minute. If it stays so, the Temporal UI shows what fails."
        )


class StackUnavailable(Unavailable):
    """The embedded servers cannot start here. It says which port, directory or part, and the way out."""
