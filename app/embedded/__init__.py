"""Private PostgreSQL, Redis and SMTP catcher, and the supervisor behind `opora run`.

Nothing here imports the application: it starts before the application can.
"""
