"""The people of the tests; all of them have the same password."""

from decimal import Decimal

from cases.person import Person, Role

PASSWORD = "correct horse battery"

ALEX = Person(name="alex", display_name="Alex Agent", roles=frozenset({Role.AGENT}))
ROSA = Person(
    name="rosa",
    display_name="Rosa Reviewer",
    roles=frozenset({Role.REVIEWER}),
    approval_limits={"EUR": Decimal("200.00")},
)
LENA = Person(
    name="lena", display_name="Lena Lead", roles=frozenset({Role.LEAD}), approval_limits={"EUR": Decimal("2000.00")}
)
OMAR = Person(
    name="omar", display_name="Omar Lead", roles=frozenset({Role.LEAD}), approval_limits={"EUR": Decimal("2000.00")}
)
PETE = Person(name="pete", display_name="Pete Ops", roles=frozenset({Role.OPS}))
STAFF = (ALEX, ROSA, LENA, OMAR, PETE)
