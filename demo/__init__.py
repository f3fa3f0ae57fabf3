"""A shop, a help centre, a helpdesk and tickets to try Signalbox with, and the embedded servers they run on."""
