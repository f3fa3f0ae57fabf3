class Comment:
    id: int
    html_body: str
    public: bool
    def __init__(self, *, html_body: str, public: bool) -> None: ...

class Ticket:
    id: int
    updated_at: str
    group_id: int
    def __init__(
        self,
        *,
        id: int,
        comment: Comment = ...,
        metadata: dict[str, str] = ...,
        safe_update: bool = ...,
        updated_stamp: str = ...,
        group_id: int = ...,
    ) -> None: ...

class TicketAudit:
    audit: object
