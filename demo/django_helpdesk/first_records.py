"""What a new helpdesk is given: its tables, a queue, somebody who administers it and a user for Signalbox."""

from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core.management import call_command
from helpdesk.models import Queue

from demo.django_helpdesk.people import ADMINISTRATOR, API_USER, kept_passwords
from demo.django_helpdesk.place import Place

QUEUES = {"support": "Support", "billing": "Billing"}
"""By slug. Customers write to the first."""


def make_first_records(place: Place, host: str) -> None:
    """Make what is missing, and leave alone what is there. Django must be set up."""
    call_command("migrate", verbosity=0, interactive=False)
    Site.objects.update_or_create(pk=1, defaults={"domain": host, "name": "Helpdesk"})
    _let_in(kept_passwords(place))
    for slug, title in QUEUES.items():
        Queue.objects.get_or_create(
            slug=slug,
            defaults={
                "title": title,
                "email_address": f"{slug}@example.com",
                "allow_public_submission": True,
                "allow_email_submission": slug == "support",
                "email_box_type": "local" if slug == "support" else None,
                "email_box_local_dir": str(place.mail_in),
                "email_box_interval": 0,
                "enable_notifications_on_email_events": True,
            },
        )


def _let_in(passwords: dict[str, str]) -> None:
    users = get_user_model().objects
    if not users.filter(username=ADMINISTRATOR).exists():
        users.create_superuser(ADMINISTRATOR, "ada@example.com", passwords[ADMINISTRATOR])
    if not users.filter(username=API_USER).exists():
        users.create_user(API_USER, "signalbox@example.com", passwords[API_USER], is_staff=True)
