"""Following a municipality without an account: what is new there, and the days of what is open there."""
