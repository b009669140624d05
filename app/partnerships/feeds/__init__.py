"""Following partnerships without an account: which are new, and the news of each."""
