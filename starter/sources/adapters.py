"""The adapter of each kind of source: what is known of its deliveries."""

from collections.abc import Mapping

from cases.source import SourceKind
from integrations.sources.chatwoot import ChatwootBotSource, ChatwootSource
from integrations.sources.django_helpdesk import DjangoHelpdeskSource
from integrations.sources.protocol import SourceAdapter
from integrations.sources.standard_webhooks import StandardWebhooksSource
from integrations.sources.voice import VoiceSource
from integrations.sources.whatsapp import WhatsAppSource
from integrations.sources.zammad import ZammadSource
from integrations.sources.zendesk import ZendeskSource

ADAPTERS: Mapping[SourceKind, SourceAdapter] = {
    SourceKind.ZENDESK: ZendeskSource(),
    SourceKind.CHATWOOT: ChatwootSource(),
    SourceKind.CHATWOOT_BOT: ChatwootBotSource(),
    SourceKind.ZAMMAD: ZammadSource(),
    SourceKind.STANDARD: StandardWebhooksSource(),
    SourceKind.WHATSAPP: WhatsAppSource(),
    SourceKind.VOICE: VoiceSource(),
    SourceKind.DJANGO_HELPDESK: DjangoHelpdeskSource(),
}
"""Each is without state: one serves all sources of its kind."""
