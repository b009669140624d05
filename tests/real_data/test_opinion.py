"""The two real conversations against what two independent programs computed from Polis' own groups."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import adjusted_rand_score

from app.conversations.engine.analysis import Analysis, Options, analyse, given_groups
from app.conversations.engine.consensus import group_informed_consensus
from app.conversations.engine.conversation import Conversation
from app.conversations.engine.counts import counts_by_group
from app.conversations.engine.matrix import VoteMatrix
from app.conversations.engine.opinion_map import OpinionMap
from app.conversations.polis_export.tables import find
from tests.factories.conversations import DATA, at_random, exported, mapped, renamed, shuffled

pytestmark = pytest.mark.real_data
BG, BIODIVERSITY = "bg2050-volunteers", "scoop-hivemind.biodiversity"
BOTH = pytest.mark.parametrize("name", [BG, BIODIVERSITY])


@cache
def reference(name: str) -> dict[str, Any]:
    return json.loads((DATA / f"reference-{name}.json").read_text())


@cache
def polis_groups(name: str) -> tuple[np.ndarray, list[str]]:
    """Polis' own group of each participant who has one."""
    path = find(DATA / name, ["participants-votes.csv"])
    assert path is not None
    with path.open(encoding="utf-8") as file:
        rows = [(int(row["participant"]), row["group-id"]) for row in csv.DictReader(file) if row["group-id"]]
    return np.array([row[0] for row in rows]), [row[1] for row in rows]


def own_map(name: str, seed: int = 0) -> OpinionMap:
    export = exported(name)
    return mapped(export.votes, seed, export.hidden)


@cache
def by_polis_groups(name: str) -> Analysis:
    return analyse(given_groups(own_map(name), *polis_groups(name)), Options(draws=0))


def groups_by_person(found: OpinionMap) -> dict[int, int]:
    pairs = zip(found.visible.participants.tolist(), found.group.tolist(), strict=True)
    return {person: group for person, group in pairs if group >= 0}


def agreement(one: dict[int, int], other: dict[int, int]) -> float:
    both = sorted(one.keys() & other.keys())
    return float(adjusted_rand_score([one[person] for person in both], [other[person] for person in both]))


@BOTH
def test_votes_people_and_statements_are_read_in_full(name):
    counts = reference(name)["input"]
    export = exported(name)
    table = VoteMatrix.of(export.votes)
    assert table.shape == (counts["participants"], counts["statements"])
    assert table.size == counts["votes"]
    assert set(counts["mod_out_ids"]) == set(export.hidden)


@BOTH
def test_every_vote_and_the_latest_votes_give_the_same_matrix(name, tmp_path):
    (tmp_path / "participants-votes.csv").symlink_to(DATA / name / "participants-votes.csv")
    from app.conversations.polis_export.reading import read_export

    one, other = VoteMatrix.of(exported(name).votes), VoteMatrix.of(read_export(tmp_path).votes)
    for field in ("participants", "statements", "offsets", "columns", "values"):
        np.testing.assert_array_equal(getattr(one, field), getattr(other, field))


@pytest.mark.parametrize(("name", "people"), [(BG, 107), (BIODIVERSITY, 441)])
def test_the_people_placed_are_exactly_those_of_the_references(name, people):
    found = own_map(name)
    placed = set(found.visible.participants[found.placed].tolist())
    for part in (reference(name)["red_dwarf"], reference(name)["polis_cold_start"]["cold_start"]):
        assert part["participants_clustered"] == len(placed) == people
    assert placed == {int(person) for person in reference(name)["red_dwarf"]["group_of_participant"]}


@BOTH
def test_group_informed_consensus_from_polis_groups_is_exact(name):
    expected = reference(name)["expected_from_polis_own_groups"]["gic"]
    everything = VoteMatrix.of(exported(name).votes)
    names = dict(zip(*(column for column in polis_groups(name)), strict=True))
    group = np.array([int(names.get(person, -1)) for person in everything.participants.tolist()])
    found = group_informed_consensus(counts_by_group(everything, group, 2))
    for statement, value in zip(everything.statements.tolist(), found, strict=True):
        assert abs(value - expected[str(statement)]) <= 1e-9
    assert len(expected) == len(found)


@BOTH
def test_representative_statements_and_their_figures_from_polis_groups_are_exact(name):
    found = by_polis_groups(name)
    ids = found.map.visible.statements
    for group, expected in reference(name)["expected_from_polis_own_groups"]["representative"].items():
        shown = found.representative[int(group)]
        assert [(int(ids[one.column]), one.side) for one in shown] == [(one["tid"], one["for"]) for one in expected]
        for mine, theirs in zip(shown, expected, strict=True):
            assert (mine.successes, mine.votes) == (theirs["n_success"], theirs["n_trials"])
            assert mine.best_agree == bool(theirs.get("best_agree"))
            for figure, key in (("p", "p_success"), ("z", "p_test"), ("r", "repness"), ("rz", "repness_test")):
                assert abs(getattr(mine, figure) - theirs[key]) <= 1e-9


@BOTH
@pytest.mark.parametrize("side", ["agree", "disagree"])
def test_consensus_statements_and_their_figures_are_exact(name, side):
    found = by_polis_groups(name)
    shown = found.agreed if side == "agree" else found.disagreed
    expected = reference(name)["expected_from_polis_own_groups"]["consensus"][side]
    assert [int(found.map.visible.statements[one.column]) for one in shown] == [one["tid"] for one in expected]
    for mine, theirs in zip(shown, expected, strict=True):
        assert (mine.successes, mine.votes) == (theirs["n_success"], theirs["n_trials"])
        assert abs(mine.p - theirs["p_success"]) <= 1e-9
        assert abs(mine.z - theirs["p_test"]) <= 1e-9


@BOTH
def test_axes_carry_the_variance_the_references_found(name):
    expected = reference(name)["red_dwarf"]["explained_variance_ratio"]
    np.testing.assert_allclose(own_map(name).components.explained, expected, atol=1e-6)


@BOTH
def test_positions_are_those_of_a_full_decomposition(name):
    found = own_map(name)
    table = found.visible
    full = np.full(table.shape, np.nan)
    full[table.rows, table.columns] = table.values
    centred = np.where(np.isnan(full), 0, full - np.nanmean(full, axis=0))
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]
    axes *= np.sign((axes * found.components.axes).sum(axis=1))[:, None]
    scale = np.sqrt(table.shape[1] / np.maximum(table.votes_cast, 1))
    np.testing.assert_allclose(found.points, (centred @ axes.T) * scale[:, None], atol=1e-5)


@BOTH
def test_positions_lie_in_the_direction_the_reference_found(name):
    """The reference counts hidden columns in its factor sqrt(m / seen), and its axes are exact to 1e-3 only."""
    found = own_map(name)
    theirs = np.array(
        [reference(name)["red_dwarf"]["projection"][str(one)] for one in found.visible.participants.tolist()]
    )
    lengths = [np.hypot(*side.T) for side in (found.points, theirs)]
    away = (lengths[0] > 1e-3) & (lengths[1] > 1e-3)
    mine, others = (
        side[away] / length[away, None] for side, length in zip((found.points, theirs), lengths, strict=True)
    )
    np.testing.assert_allclose(mine * np.sign((mine * others).sum(axis=0)), others, atol=2e-3)


@BOTH
def test_priorities_differ_and_rank_as_in_the_reference(name):
    found = by_polis_groups(name)
    ids = found.map.visible.statements.tolist()
    expected = [reference(name)["expected_from_polis_own_groups"]["priority"][str(one)] for one in ids]
    assert spearmanr(found.routing.priority, expected).statistic > 0.95
    assert len(np.unique(found.routing.priority)) > 0.9 * len(ids)


@BOTH
def test_twenty_row_orders_give_the_same_groups(name):
    rng = np.random.default_rng(1)
    export = exported(name)
    runs = [groups_by_person(mapped(shuffled(export.votes, rng), 0, export.hidden)) for _ in range(10)]
    for _ in range(10):
        batch, names = renamed(export.votes, rng)
        found = groups_by_person(mapped(shuffled(batch, rng), 0, export.hidden))
        runs.append({old: found[new] for old, new in names.items() if new in found})
    pairs = [agreement(one, other) for one, other in combinations(runs, 2)]
    assert np.median(pairs) >= 0.95
    assert min(pairs) >= 0.9
    assert min(pairs) == 1.0


def test_twenty_seeds_give_nearly_the_same_groups_on_biodiversity():
    runs = [groups_by_person(own_map(BIODIVERSITY, seed)) for seed in range(20)]
    pairs = [agreement(one, other) for one, other in combinations(runs, 2)]
    assert np.median(pairs) >= 0.95
    assert min(pairs) >= 0.8


def test_own_groups_on_biodiversity_are_those_of_polis_to_nine_tenths():
    people, names = polis_groups(BIODIVERSITY)
    theirs = dict(zip(people.tolist(), map(int, names), strict=True))
    assert agreement(groups_by_person(own_map(BIODIVERSITY)), theirs) >= 0.9


def test_group_informed_consensus_of_own_groups_ranks_as_in_the_reference():
    found = analyse(own_map(BIODIVERSITY), Options(draws=0))
    expected = reference(BIODIVERSITY)["expected_from_polis_own_groups"]["gic"]
    theirs = [expected[str(one)] for one in found.map.visible.statements.tolist()]
    assert spearmanr(found.ranking.value, theirs).statistic >= 0.95


@BOTH
def test_shuffled_votes_make_no_groups(name):
    rng = np.random.default_rng(8)
    export = exported(name)
    clear = [mapped(at_random(export.votes, rng), 0, export.hidden).groups for _ in range(20)]
    assert clear.count(0) >= 19


@BOTH
def test_nobody_far_out_makes_a_group_of_their_own(name):
    assert own_map(name).sizes.min() >= 20


@BOTH
@pytest.mark.parametrize("seed", range(5))
def test_after_one_percent_more_votes_an_update_ends_in_the_groups_of_a_cold_run(name, seed):
    export = exported(name)
    rng = np.random.default_rng(seed)
    late = rng.random(len(export.votes)) < 0.01
    conversation = Conversation()
    conversation.hide(export.hidden)
    conversation.apply(export.votes.part(np.flatnonzero(~late)))
    conversation.update()
    conversation.apply(export.votes.part(np.flatnonzero(late)))
    assert agreement(groups_by_person(conversation.update()), groups_by_person(own_map(name))) >= 0.95


THREADS = """
import sys
from tests.factories.conversations import clear, exported, mapped
export = exported("scoop-hivemind.biodiversity")
for found in (mapped(export.votes, 0, export.hidden), mapped(clear(participants=20000).votes)):
    print(found.group.tobytes().hex(), found.points.tobytes().hex()[:2000])
"""


def test_one_thread_and_four_give_the_same_groups():
    outputs = set()
    for threads in ("1", "4"):
        wanted = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), threads)
        environment = os.environ | wanted | {"PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, env=environment, check=True)
        outputs.add(done.stdout)
    assert len(outputs) == 1
