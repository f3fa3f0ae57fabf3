"""django-helpdesk, a helpdesk that others wrote, as a process of its own: what our door for it is shown with.

It keeps everything in one directory: SQLite, files, the mail it would send (`mail-out`) and the mail it is sent
(`mail-in`, read by `python -m demo.django_helpdesk.take_mail`).
"""
