from collections.abc import Mapping

class CodeIDToken(dict[str, object]):
    def __init__(
        self,
        claims: Mapping[str, object],
        header: Mapping[str, object],
        options: Mapping[str, Mapping[str, object]],
        params: Mapping[str, object],
    ) -> None: ...
    def validate(self, *, leeway: int) -> None: ...
