"""Supports: one person's yes, an organisation's declared backing (counted apart), and offers of help.

Invariants: one current support per person and idea, one current backing per organisation and idea, both by a unique
index; the counts on the idea change by one in the transaction of the act; who supports is never shown.
"""
