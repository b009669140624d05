"""Activities: who did what, and who follows what. The table of activities is the outbox that jobs read.

Words: *activity* (something that happened), *follow* (what somebody wants to hear of), *reader* (a feature that
acts on activities). Invariants: activities carry ids, never personal text; an activity is written in the
transaction of the act itself; each is handed to every reader, again and again until it has been read, and readers
are safe to repeat.
"""
