"""Deliberation: comment threads on anything that owns a thread.

Words: *thread* (the conversation under one thing), *comment*, *stance* (for, against or neither), *useful* (a
reader's mark of a good point). Invariants: the thing owns the thread's id, never the other way round; a reply
answers a comment of the same thread, one level deep; a comment that is taken away leaves its place.
"""
