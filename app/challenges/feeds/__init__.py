"""Following challenges without an account: what is new as a feed, phases and promised answers in one's own calendar."""
