"""Take in the mail that lies in `mail-in`, as its own time-table would: `python -m demo.django_helpdesk.take_mail`."""

from argparse import ArgumentParser
from pathlib import Path

import django
from django.core.management import call_command

from demo.django_helpdesk.place import Place


def main() -> None:
    """Make tickets and follow-ups of the mail; each file is gone once it is taken."""
    parser = ArgumentParser(prog="python -m demo.django_helpdesk.take_mail", description="Take in the mail.")
    parser.add_argument("--data", type=Path, required=True, help="where the helpdesk keeps everything")
    Place(data=parser.parse_args().data.absolute()).enter()
    django.setup()
    call_command("get_email")


if __name__ == "__main__":
    main()
