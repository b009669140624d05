"""What the report says: sentences and rows, made ready for the template."""

from __future__ import annotations

from dataclasses import dataclass

from app.conversations.engine.analysis import Analysis
from app.conversations.engine.counts import Counts
from app.conversations.engine.privacy import K
from app.conversations.engine.proportions import SIGNIFICANT
from app.conversations.polis_export.reading import Export
from app.conversations.report.language import Language
from app.conversations.report.map_drawing import SHAPES, kind_of


@dataclass(frozen=True)
class Split:
    """How some people answered a statement."""

    who: str
    kind: str
    votes: str
    parts: list[tuple[str, float, float]]
    """agree, pass and disagree, where each begins and how wide it is, in per cent; empty where too few answered."""
    told: str


@dataclass(frozen=True)
class Row:
    """A statement with how everybody, or each group, answered it."""

    id: int
    text: str
    splits: list[Split]


@dataclass(frozen=True)
class Contents:
    """Sentences and rows of one report in one language."""

    analysis: Analysis
    export: Export
    language: Language

    def text(self, column: int) -> str:
        statement = int(self.analysis.map.visible.statements[column])
        return self.export.text(statement) or self.language.say("number", id=statement)

    @property
    def doubtful(self) -> list[int]:
        return [one.column for one in self.analysis.uncertain]

    def kind(self, group: int) -> str:
        return kind_of(group)

    def shape(self, group: int) -> str:
        return SHAPES[group % len(SHAPES)]

    def rows(self, columns: list[int], *, grouped: bool = True) -> list[Row]:
        return [self.row(column, grouped=grouped) for column in columns]

    def apart_rows(self, group: int) -> list[Row]:
        """What sets a group apart: of its representative statements those on which it differs from the others."""
        shown = self.analysis.representative[group]
        differing = [one for one in shown if one.rz > SIGNIFICANT] or shown
        return [self.apart_row(one.column, group) for one in differing]

    def row(self, column: int, *, grouped: bool = True) -> Row:
        found = self.analysis.map
        everyone = self._split(self.language.say("everyone"), "all", self.analysis.everyone, column)
        groups = [
            self._split(
                self.language.say("group", name=name), kind_of(group), _of(self.analysis.by_group, group), column
            )
            for group, name in enumerate(found.letters)
        ]
        return Row(
            id=int(found.visible.statements[column]),
            text=self.text(column),
            splits=groups if grouped and groups else [everyone],
        )

    def apart_row(self, column: int, group: int) -> Row:
        """One group beside all others together."""
        found, language = self.analysis.map, self.language
        own, rest = _of(self.analysis.by_group, group), _of(self.analysis.by_group.rest, group)
        splits = [
            self._split(language.say("group", name=found.letters[group]), kind_of(group), own, column),
            self._split(language.say("others"), "all", rest, column),
        ]
        return Row(int(found.visible.statements[column]), self.text(column), splits)

    def findings(self) -> list[str]:
        """The report in a few sentences."""
        analysis, language = self.analysis, self.language
        told = [self._groups_told()]
        if analysis.common:
            told.append(self._told("find_common", analysis.common[0]))
        if analysis.divisive and analysis.map.groups:
            told.append(self._told("find_divisive", analysis.divisive[0]))
        if analysis.uncertain:
            doubt = analysis.uncertain[0]
            share = language.percent(doubt.successes, doubt.votes)
            told.append(language.say("find_doubt", text=language.quoted(self.text(doubt.column)), share=share))
        return told

    def group_list(self) -> str:
        found, language = self.analysis.map, self.language
        sizes = zip(found.letters, found.sizes.tolist(), strict=True)
        return language.listed(
            [language.say("group_with", name=name, people=language.people(size)) for name, size in sizes]
        )

    def _groups_told(self) -> str:
        found, language = self.analysis.map, self.language
        if not found.groups:
            return language.say("find_no_groups")
        key = "find_groups" if found.chosen else "find_given"
        return language.say(key, count=language.count(found.groups), groups=self.group_list())

    def _told(self, key: str, column: int) -> str:
        return self.language.say(key, text=self.language.quoted(self.text(column)), shares=self._shares(column))

    def _shares(self, column: int) -> str:
        language, found, counts = self.language, self.analysis.map, self.analysis.by_group
        if not found.groups:
            everyone = self.analysis.everyone
            share = language.percent(int(everyone.agrees[column]), int(everyone.votes[column]))
            return language.say("share_all", share=share)
        return language.listed(
            [
                language.say(
                    "share_in_group",
                    share=language.percent(int(counts.agrees[group, column]), int(counts.votes[group, column])),
                    name=name,
                )
                for group, name in enumerate(found.letters)
            ]
        )

    def _split(self, who: str, kind: str, counts: Counts, column: int) -> Split:
        language, votes = self.language, int(counts.votes[column])
        if votes < K:
            return Split(who, kind, language.say("too_few"), [], "")
        agrees, disagrees, passes = (int(part[column]) for part in (counts.agrees, counts.disagrees, counts.passes))
        told = language.say(
            "shares",
            agree=language.percent(agrees, votes),
            disagree=language.percent(disagrees, votes),
            passed=language.percent(passes, votes),
        )
        widths = [100 * amount / votes for amount in (agrees, passes, disagrees)]
        starts = (0.0, widths[0], widths[0] + widths[1])
        named = zip(("agree", "pass", "disagree"), starts, widths, strict=True)
        parts = [(name, round(start, 2), round(width, 2)) for name, start, width in named if width]
        return Split(who, kind, language.votes(votes), parts, told)


def _of(counts: Counts, group: int) -> Counts:
    return Counts(counts.agrees[group], counts.disagrees[group], counts.votes[group])
