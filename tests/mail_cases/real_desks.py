"""The real helpdesks that stories may be in."""

from collections.abc import Mapping

from tests.mail_cases.chatwoot_desk import ChatwootDesk
from tests.mail_cases.desk import FIRST, SECOND, RealDesk
from tests.mail_cases.whatsapp_desk import WhatsAppDesk
from tests.mail_cases.zammad_desk import ZammadDesk
from tests.mail_cases.zendesk_desk import ZendeskDesk

__all__ = ["FIRST", "REAL_DESKS", "SECOND", "RealDesk"]

REAL_DESKS: Mapping[str, type[ZammadDesk | ZendeskDesk | ChatwootDesk | WhatsAppDesk]] = {
    "zammad": ZammadDesk,
    "zendesk": ZendeskDesk,
    "chatwoot": ChatwootDesk,
    "whatsapp": WhatsAppDesk,
}
