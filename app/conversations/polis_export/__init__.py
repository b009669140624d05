"""Conversations in the layout of Polis' open data: a folder of CSV files, read and written.

`votes.csv` (timestamp, comment-id, voter-id, vote: every vote that came) or `participants-votes.csv` (a row a
participant, a column a statement: the latest votes); `comments.csv` (the statements); `summary.csv` (the
topic). Each may be packed as `.gz`. Votes are 1 agree, 0 pass, -1 disagree.
"""
