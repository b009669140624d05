"""The local square: what `make run` and `make test` need to bring Torvet up on one machine, and to take it down again.

Words: *setup* brings packages, theme and translations in; a *server* is a program of others that Torvet needs
(PostgreSQL, Valkey); a *part* is a program of Torvet's own (web, worker, schedule, mail); the *supervisor* keeps them
alive. Invariants: everything is kept under `var/`; whatever goes wrong for reasons outside the code is a `Trouble`, one
clear sentence; modules needed before the requirements are installed import the standard library only.
"""
