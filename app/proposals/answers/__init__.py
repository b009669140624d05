"""Answers: the owner's reasoned reply to an idea. Answers are never changed; the newest one stands."""
