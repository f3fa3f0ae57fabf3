"""The names by which Temporal knows a case's workflow and what it listens to.

A door calls them by name, as a client in another language would, so that a command starts without loading the
workflow and all its rules. The tests of the doors run the real workflow, and fail when a name is not its own.
"""

WORKFLOW = "TicketWorkflow"
DECIDE_UPDATE = "decide"
CLAIM_UPDATE = "claim"
RELEASE_UPDATE = "release"
UNDO_UPDATE = "undo"
REASSIGN_UPDATE = "reassign"
MESSAGE_SIGNAL = "customer_message"
SATISFACTION_SIGNAL = "satisfaction"
AGENT_REPLY_SIGNAL = "agent_reply"
SOLVED_SIGNAL = "solved"
CHANGED_SIGNAL = "changed_in_helpdesk"
UNDELIVERED_SIGNAL = "undelivered"
VIEW_QUERY = "view"
REOPENED_SIGNAL = "reopened"
