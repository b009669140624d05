"""The tally as pure functions over plain data, usable from a notebook: no web, no database.

    from pathlib import Path
    from app.budgeting.engine.pabulib import read_file
    from app.budgeting.engine.options import OFFICIAL
    from app.budgeting.engine.tally import tally

    election = read_file(Path("city.pb.gz"))
    outcome = tally(election, OFFICIAL)
    print([election.projects[p].name for p in outcome.winners])

`election`, `profile`: what was voted. `options`, `scores`, `ties`: the choices. `greedy`, `equal_shares`, `phragmen`:
the rules; `completion`, `comparison`: what follows. `purses`, `water`, `ledger`: money in certified floats, and
exactly. `statistics`, `fairness`, `explanations`: what it means. `document`, `text`: how it is written down.
"""
