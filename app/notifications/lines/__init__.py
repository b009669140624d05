"""What a notification says to the one it is for: the sentence, where it leads, and the reasons behind a decision.

Invariants: a constant number of statements however many there are; whoever merely follows reads no title of what was
hidden; each is led to the page where they can do something about it.
"""
