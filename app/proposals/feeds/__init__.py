"""Following ideas without an account: what is new, narrowed as the list is."""
