class ParserError(Exception): ...

class LogEntry:
    message: str

class Comment:
    """The tag of comments, and what `iter` finds them by."""
