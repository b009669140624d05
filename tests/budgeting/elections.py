"""Small elections for tests, as text, as objects and as hypothesis strategies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from app.budgeting.engine.election import Election
from app.budgeting.engine.equal_shares import Terms
from app.budgeting.engine.pabulib import read_text
from app.budgeting.engine.profile import Profile, profile_of

META = {
    "description": "Small",
    "country": "Denmark",
    "unit": "Torvet",
    "instance": "2026",
    "rule": "unknown",
    "date_begin": "01.11.2026",
    "date_end": "30.11.2026",
}


def text(
    costs: Mapping[str, object],
    votes: Sequence[str],
    budget: object,
    vote_type: str = "approval",
    points: Sequence[str] | None = None,
    **meta: object,
) -> str:
    """A `.pb` file."""
    head = META | {"num_projects": len(costs), "num_votes": len(votes), "budget": budget, "vote_type": vote_type} | meta
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in head.items())]
    lines += ["PROJECTS", "project_id;cost;name", *(f"{name};{cost};Project {name}" for name, cost in costs.items())]
    lines += ["VOTES", "voter_id;vote" + (";points" if points else "")]
    tails = [f";{cell}" for cell in points] if points else [""] * len(votes)
    lines += [f"v{i};{vote}{tail}" for i, (vote, tail) in enumerate(zip(votes, tails, strict=True))]
    return "\n".join(lines) + "\n"


def election(
    costs: Mapping[str, object],
    votes: Sequence[str],
    budget: object,
    vote_type: str = "approval",
    points: Sequence[str] | None = None,
    **meta: object,
) -> Election:
    """The same, read."""
    return read_text(text(costs, votes, budget, vote_type, points, **meta))


def ids(of: Election, projects: Sequence[int]) -> list[str]:
    """Project ids in order."""
    return [of.projects[p].id for p in projects]


@dataclass(frozen=True)
class Tiny:
    """An election small enough to count by hand: one dict of utilities per voter."""

    costs: list[int]
    ballots: list[dict[int, int]]
    units: list[int]
    ranks: list[int]
    budget: int

    @property
    def endowment(self) -> Fraction:
        return Fraction(self.budget, len(self.ballots))

    @property
    def terms(self) -> Terms:
        return Terms(tuple(self.units), tuple(self.ranks))

    @property
    def profile(self) -> Profile:
        """The ballots, equal ones merged."""
        merged = Counter(tuple(sorted(ballot.items())) for ballot in self.ballots)
        rows = [[p for p, _ in key] for key in merged]
        points = [[u for _, u in key] for key in merged]
        plain = all(u == 1 for row in points for u in row)
        return profile_of(rows, list(merged.values()), self.costs, len(self.ballots), None if plain else points)

    def row_of(self, voter: int) -> int:
        """The merged ballot of a voter."""
        merged = list(Counter(tuple(sorted(ballot.items())) for ballot in self.ballots))
        return merged.index(tuple(sorted(self.ballots[voter].items())))


@st.composite
def tiny(draw: st.DrawFn, most_projects: int = 7, most_voters: int = 9, *, points: bool | None = None) -> Tiny:
    """Elections full of equal costs and round endowments, so that ties and empty purses are common."""
    m = draw(st.integers(1, most_projects))
    n = draw(st.integers(1, most_voters))
    grain = draw(st.sampled_from([1, 5, 100]))
    costs = [
        grain * c for c in draw(st.lists(st.integers(1, draw(st.sampled_from([2, 6, 500]))), min_size=m, max_size=m))
    ]
    with_points = draw(st.booleans()) if points is None else points
    utility = st.integers(1, 4) if with_points else st.just(1)
    ballots = draw(st.lists(st.dictionaries(st.integers(0, m - 1), utility), min_size=n, max_size=n))
    units = costs if draw(st.booleans()) else [1] * m
    ranks = draw(st.permutations(range(m)))
    budget = draw(st.one_of(st.integers(1, sum(costs) + 1), st.integers(1, 6).map(lambda e: e * n * grain)))
    return Tiny(costs, ballots, list(units), list(ranks), budget)
