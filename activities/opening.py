"""Opening a case: its rules are fixed, its text is read without a model, and the ledger knows of it."""

import asyncio
from typing import Protocol

from temporalio import activity

from activities.policies import PolicyShelf
from cases.case import CaseView
from cases.facts import EarlierContact
from cases.outcome import Stage
from cases.policy.jobs import About
from cases.ticket import Locale, Ticket
from cases.work import MailRequest, OpenedCase, OpenRequest, Reading, ReadRequest, SortedMail
from routing.machine_mail import machine_mail, sorted_out
from routing.reading import read_answer, read_ticket
from routing.ticket_parts import parted


class CaseRegister(Protocol):
    """What opening needs of the ledger."""

    async def record(self, view: CaseView) -> None:
        """Write a case down as it stands."""
        ...

    async def earlier_contacts(self, ticket: Ticket) -> tuple[EarlierContact, ...]:
        """Closed cases of the same customer, and earlier runs of this one."""
        ...


class LanguageDetector(Protocol):
    """Tells what a text is written in."""

    async def detect(self, text: str, locale: Locale | None) -> Locale:
        """The text's language among the policy's, or the helpdesk's own word for very short texts."""
        ...


class Opening:
    """Reads tickets before anything else happens to them."""

    def __init__(self, policies: PolicyShelf, register: CaseRegister, languages: LanguageDetector) -> None:
        self._policies = policies
        self._register = register
        self._languages = languages

    @activity.defn
    async def open_case(self, request: OpenRequest) -> OpenedCase:
        """Fix the rules a case runs on, read its text, and enter it in the ledger. Safe to repeat."""
        policy = self._policies.current
        ticket = request.start.ticket
        reading = await self._read(request.start.to_read, policy.version)
        earlier = await self._register.earlier_contacts(ticket)
        await self._register.record(
            CaseView(
                case_id=ticket.case_id,
                run_id=request.run_id,
                ticket=ticket,
                case_version=request.start.case_version,
                stage=Stage.RECEIVED,
                policy_version=policy.version,
                opened_at=request.opened_at,
                updated_at=request.opened_at,
                repeat_contact=request.start.repeat_contact,
            )
        )
        rulebook = policy.rulebook(_about(ticket, reading.language))
        return OpenedCase(rulebook=rulebook, reading=reading, earlier_contacts=earlier)

    @activity.defn
    async def read_again(self, request: ReadRequest) -> Reading:
        """Read a conversation after the customer wrote again, by the rules the case started with."""
        reading = await self._read(request.ticket, request.policy_version)
        policy = await self._policies.version(request.policy_version)
        return await asyncio.to_thread(read_answer, reading, request, policy.document)

    @activity.defn
    async def sort_mail(self, request: MailRequest) -> SortedMail:
        """Tell whether a machine wrote a message."""
        policy = await self._policies.version(request.policy_version)
        return SortedMail(machine=machine_mail(request.message, request.ticket, policy.machine_mail))

    async def _read(self, ticket: Ticket, version: str) -> Reading:
        policy = await self._policies.version(version)
        ticket = sorted_out(ticket, policy.machine_mail)
        ticket = await asyncio.to_thread(parted, ticket, tuple(policy.document.language_packs.values()))
        language = await self._languages.detect(ticket.own_words, ticket.locale)
        reading = await asyncio.to_thread(read_ticket, ticket, policy.document, language)
        settled = reading.by_rule.intent_names if reading.by_rule else ()
        return reading.model_copy(
            update={
                "rules": policy.rules_of(settled, _about(ticket, language)),
                "machine_mail": {message.id: message.machine for message in ticket.messages if message.machine},
            }
        )


def _about(ticket: Ticket, language: Locale) -> About:
    return About(tenant=ticket.tenant, language=language, channel=ticket.channel)
