from schemathesis import CheckFunction

class Registry:
    def get_one(self, name: str) -> CheckFunction: ...

CHECKS: Registry

def load_all_checks() -> None: ...
