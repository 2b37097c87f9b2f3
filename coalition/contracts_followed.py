"""Which contracts a programme can follow itself, by what the model says that they measure of plans and candidates.

A contract is followed where what it measures is a sum over what is started, and what it pays is not. What is a sum
already stays with the candidates; what is neither is settled after a plan is found, and the answer names it. Amounts
are nominal euro; + is received.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Protocol

import numpy as np

from coalition.agreed import Agreed, agreed
from coalition.candidates import Candidates, Ints, candidates_about
from coalition.contract_rooms import (
    Afterwards,
    ContractRoom,
    Tried,
    contract_room,
    measured_by,
    why_by_measure,
    why_by_terms,
)
from coalition.inputs import Floats, Inputs
from coalition.ledger import Posting
from coalition.measured import LawRun
from coalition.plans import NOTHING, Choice, Plan, with_interventions, with_plan
from coalition.scenario import Scenario
from coalition.schema import Approach, Spec


class Model(Protocol):
    """The model, asked about the starts of one scenario.

    Attributes:
        scenario, candidates, shown: the scenario, every start that a plan may contain, and the years that count.
    """

    scenario: Scenario
    candidates: Candidates
    shown: tuple[int, ...]

    def run_of(self, spec: Spec, inputs: Inputs, *, overlap: bool = True) -> LawRun:
        """What the law does by itself."""

    def nets(self, postings: Sequence[Posting], parties: Sequence[str], draws: int) -> Floats:
        """Nominal net of some postings, shape (draw, party, year shown)."""


@dataclass(frozen=True)
class OnTop:
    """What arrangements add to each candidate on its own, beyond what they move when nothing is started.

    Attributes:
        net: (candidate, party, year shown) nominal, without that of `contracts`.
        flows: per open fund what comes back minus what is drawn, (candidate, year shown).
        contracts: those that the programme follows itself.
        settled_after: contracts that it cannot follow, and why.
    """

    net: Floats
    flows: dict[str, Floats]
    contracts: tuple[ContractRoom, ...] = ()
    settled_after: Mapping[str, Afterwards] = field(default_factory=dict)


class FollowedContracts:
    """The contracts that a programme may follow itself, with what they measure and pay of each candidate alone."""

    def __init__(self, model: Model, parties: Sequence[str]) -> None:
        self.model, self.parties, self.candidates = model, parties, model.candidates
        self.law = model.run_of(with_plan(model.scenario, NOTHING).spec, Inputs())
        self.nothing = agreed(self.law)
        terms = self.law.spec.arrangements.contracts
        about = [c for c in self.nothing.contracts if candidates_about(terms[c.name], self.candidates).any()]
        why = {c.name: why_by_terms(self.law, c.name) for c in about}
        tried = list(self._tried()) if None in why.values() else []
        for name in [name for name, reason in why.items() if reason is None]:
            why[name] = why_by_measure(terms[name], [t[name] for t in tried])
        self.settled_after = {name: reason for name, reason in why.items() if reason is not None}
        self.open = {c.name: c for c in about if why[c.name] is None}
        shape = (len(self.candidates), len(parties), len(model.shown))
        self.net = {name: np.zeros(shape) for name in self.open}
        self.added = {name: np.zeros((2, shape[0], len(c.years))) for name, c in self.open.items()}

    @property
    def still(self) -> Floats:
        """Nominal net of each party by everything else that is agreed when nothing is started; (1, party, year)."""
        return self.model.nets(self.others(self.nothing), self.parties, 1)

    def others(self, found: Agreed) -> list[Posting]:
        """The postings of everything but the contracts that may be followed."""
        return [p for p in found.postings if p.arrangement not in self.open]

    def put(self, rows: Ints, alone: Agreed) -> None:
        """What contracts measure and pay of some candidates, each alone, beyond what they do of nothing."""
        for outcome in alone.contracts:
            name = outcome.name
            if name in self.open:
                self.added[name][:, rows] = (measured_by(outcome) - measured_by(self.open[name]))[:2]
                self.net[name][rows] = self._paid(name, alone, len(rows)) - self._paid(name, self.nothing, 1)

    def _paid(self, name: str, found: Agreed, draws: int) -> Floats:
        return self.model.nets([p for p in found.postings if p.arrangement == name], self.parties, draws)

    def settled(self, found: OnTop) -> OnTop:
        """With the contracts that bend apart; what the others pay is put to the candidates."""
        rooms, after, net = list[ContractRoom](), dict(self.settled_after), found.net
        place = self.candidates.place
        for name, nothing in self.open.items():
            room = contract_room(self.law, nothing, self.added[name], self._nets, place)
            if isinstance(room, ContractRoom) and room.bends(place):
                rooms.append(room)
                continue
            net = net + self.net[name]
            if not isinstance(room, ContractRoom):
                after[name] = room
        return replace(found, net=net, contracts=tuple(rooms), settled_after=after)

    def _nets(self, postings: Sequence[Posting], draws: int) -> Floats:
        return self.model.nets(postings, self.parties, draws)

    # what contracts measure of plans

    def _tried(self) -> Iterator[dict[str, Tried]]:
        """What each contract measures of plans in many areas, years and parts.

        Approaches of a place are tried apart from those for people, whose groups they would shrink.
        """
        c, interventions = self.candidates, self.law.spec.interventions
        nothing = {outcome.name: measured_by(outcome)[:, 0] for outcome in self.nothing.contracts}
        is_place = np.array([interventions[i].approach is Approach.POPULATION for i in c.interventions], dtype=bool)
        for kind, shift in product(np.unique(is_place[c.intervention]), range(SHIFTS)):
            here = np.flatnonzero((is_place[c.intervention] == kind) & (c.payer == 0))
            groups = [here[c.place[here] == place] for place in np.unique(c.place[here])]
            rows = np.array([group[(k + shift) % len(group)] for k, group in enumerate(groups)])
            steps = np.arange(shift, shift + len(rows), dtype=float)
            part, first = 0.2 + 0.8 * (steps * FIRST_STEP % 1), steps * OTHER_STEP % 1 < 1 / 2
            tried = (part * first, part * ~first, part, part * first / 2)
            plans = [nothing, *(self._measured(rows, np.asarray(p, dtype=float)) for p in tried)]
            yield {name: Tried(*(plan[name] for plan in plans)) for name in nothing}

    def _measured(self, rows: Ints, part: Floats) -> dict[str, Floats]:
        """Saving, benchmark and persons per period that each contract measures of some candidates in part."""
        c, stated = self.candidates, self.model.scenario
        choices = [
            Choice(c.interventions[c.intervention[j]], c.areas[c.area[j]], c.starts[c.start[j]], float(p))
            for j, p in zip(rows.tolist(), part.tolist(), strict=True)
            if p > 0
        ]
        planned = with_plan(replace(stated, spec=_unlimited(stated.spec)), Plan(tuple(choices)))
        found = agreed(self.model.run_of(planned.spec, Inputs(), overlap=False))
        return {outcome.name: measured_by(outcome)[:, 0] for outcome in found.contracts}


SHIFTS = 2
"""How often plans are tried, each time with other starting years, parts and areas."""
FIRST_STEP, OTHER_STEP = 0.6180339887, 0.4142135624
"""Steps between parts, and between plans, that no regularity of a scenario keeps in time with."""


def _unlimited(spec: Spec) -> Spec:
    """A scenario in which as many can start as would."""
    none = {"capacity_per_year": None}
    changed = {
        name: stated.model_copy(
            update=none | {"per_area": {a: own.model_copy(update=none) for a, own in stated.per_area.items()}}
        )
        for name, stated in spec.interventions.items()
    }
    return with_interventions(spec, changed)
