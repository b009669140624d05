"""Reports by people without an account: article 16 of the Digital Services Act lets anybody notify.

Words: *notifier* (who sends a report without an account), *link* (the secret address in the letters, which opens this
report and nothing else). Invariants: a report has a reporter or a notifier, never both; each letter is written in the
transaction that causes it, once; what a letter of receipt says was not written by the sender, since the address may be
somebody else's; name, address and link are emptied half a year after the case of the report was settled.
"""
