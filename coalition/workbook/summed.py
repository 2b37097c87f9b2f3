"""A workbook of many municipalities: what happens per municipality is added up per place before it becomes rows.

A sheet that every finance department can open holds at most `frame.MOST_FORMULAS` formulas. Where rows per municipality
would pass that, those that no arrangement names are taken together as one place. Starters and avoided cost are then
figures of the model, added up per intervention; what follows from them stays live: unit costs, who pays, who holds a
saving, contracts, funds, discounting. What is no longer live, or only in part, is no input cell either (still_live.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from coalition.arrangement_terms import parties_named
from coalition.cells import Expr, Floats, Line, as_expr, lagged, total_of
from coalition.gemeentepolis import in_force, policy_flows
from coalition.inputs import Inputs
from coalition.ledger import Ledger, Posting
from coalition.model import Run
from coalition.money import HALF_CENT_EUR
from coalition.parties import MUNICIPAL_POCKETS, RESOURCES, Pocket, Reason
from coalition.region import Region
from coalition.scenario import Scenario
from coalition.schema import Spec
from coalition.streams import Stream
from coalition.workbook.areas import AreaBlock, Areas
from coalition.workbook.deliveries import Deliveries
from coalition.workbook.effect_rows import CellStream
from coalition.workbook.frame import Frame
from coalition.workbook.law import Law
from coalition.workbook.policies import Policies
from coalition.workbook.postings import CellPosting
from coalition.workbook.programmes import ProgrammeCells, Programmes

REST = "GM0000"
"""Code of all municipalities together that no arrangement names."""


@dataclass(frozen=True)
class Places:
    """Areas taken together.

    Attributes:
        codes, names: of the places; members: positions of the areas in each.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]

    @property
    def rest(self) -> tuple[int, ...]:
        """Positions of the areas that are taken together."""
        return next((m for code, m in zip(self.codes, self.members, strict=True) if code == REST), ())

    def accounts(self, municipalities: Sequence[str]) -> tuple[str, ...]:
        """The account of the municipality of each area, those that are taken together as one."""
        rest = set(self.rest)
        return tuple(REST if k in rest else code for k, code in enumerate(municipalities))

    def added(self, amounts: Floats) -> Floats:
        """Amounts per area, shape (area, ...), added up per place."""
        return np.stack([amounts[list(m)].sum(axis=0) for m in self.members])


def places_of(scenario: Scenario, lang: str) -> Places:
    """Every area that an arrangement names by itself, and the others together."""
    region, names = scenario.region, scenario.spec.region.names
    named = _named(scenario.spec)
    alone = [k for k, a in enumerate(region.areas) if {a, region.municipality(k)} & named]
    rest = tuple(k for k in range(len(region.areas)) if k not in set(alone))
    codes = [region.areas[k] for k in alone]
    members: list[tuple[int, ...]] = [(k,) for k in alone]
    words = [names.get(c, c) for c in codes]
    if rest:
        other = ("overige gemeenten", "other municipalities") if alone else ("gemeenten samen", "all municipalities")
        codes, members = [*codes, REST], [*members, rest]
        words.append(other[0 if lang == "nl" else 1])
    return Places(tuple(codes), tuple(words), tuple(members))


def _named(spec: Spec) -> set[str]:
    """Codes of areas and municipalities that arrangements name."""
    found: set[str] = set()
    for stated in spec.arrangements.named.values():
        found |= {p for p in parties_named(stated) if p.startswith("GM")}
        for holder in (stated, getattr(stated, "scope", None)):
            where = getattr(holder, "areas", "all")
            found |= set() if where == "all" else set(where)
        for key in ("patients", "need_by_area"):
            found |= set(getattr(stated, key, {}))
    return found


def summed_scenario(scenario: Scenario, places: Places) -> Scenario:
    """The scenario on a region of places: people added up, cost per person as their average."""
    region = scenario.region
    people, insured = places.added(region.people), places.added(region.insured_years)
    first = region.people[:, :, 0]
    heads = places.added(first)
    cost = {
        pocket: np.divide(places.added(per_person * first), heads, out=np.zeros(heads.shape), where=heads > 0)
        for pocket, per_person in region.cost.items()
    }
    parents = tuple(region.parents[m[0]] for m in places.members)
    merged = Region(
        places.codes,
        parents,
        region.age_from,
        region.age_to,
        region.years,
        people,
        insured,
        cost,
        region.price_year,
        region.modelled,
    )
    names = {**scenario.spec.region.names, **dict(zip(places.codes, places.names, strict=True))}
    files = scenario.spec.region.model_copy(update={"names": names})
    return replace(scenario, region=merged, spec=scenario.spec.model_copy(update={"region": files}))


class Summed:
    """Rows per place out of a run of the model.

    Attributes:
        replaced: reason and pocket of what the law moves that is a figure of the model here.
        priced: intervention and which of its prices its delivery is live in.
    """

    def __init__(self, frame: Frame, areas: Areas, run: Run, places: Places) -> None:
        self.frame, self.areas, self.run, self.places, self.say = frame, areas, run, places, frame.say
        self.replaced: set[tuple[Reason, Pocket]] = set()
        self.priced: set[tuple[str, str]] = set()
        self.sheet = frame.sheet(
            ("Berekening_samengevat", "Calc_summed"),
            (
                "Samengevat per interventie: uitkomsten van het model, opgeteld over gemeenten",
                "Added up by intervention: figures of the model, summed over municipalities",
            ),
        )

    def rows(self, key: str, label: str, unit: str, amounts: Floats) -> AreaBlock:
        """Figures of the model per place; nothing in the spare years."""
        per_place = self.places.added(np.broadcast_to(amounts, (1, *self._shape))[0])
        spare = np.zeros((len(per_place), self.frame.years - per_place.shape[1]))
        filled = np.concatenate([per_place, spare], axis=1)
        self.sheet.heading(label, 2)
        lines = [
            self.sheet.line(
                f"{key} {code}", f"{label}: {name}", unit, values, style="euro2" if unit == "€" else "count", total=True
            )
            for code, name, values in zip(self.places.codes, self.places.names, filled, strict=True)
        ]
        return AreaBlock(lines, range(len(lines)))

    @property
    def _shape(self) -> tuple[int, int]:
        return sum(len(m) for m in self.places.members), len(self.run.clock.years)

    # interventions

    def programmes(self) -> dict[str, ProgrammeCells]:
        """Starters of the model; delivery follows from unit costs where every area has the same."""
        found = {}
        for name, stated in self.frame.spec.interventions.items():
            self.sheet.heading(stated.name)
            people, projection = self.say("mensen", "people"), self.run.projection
            starters = self.rows(
                f"{name} starters", self.say("deelnemers die beginnen", "starters"), people, projection.starters[name]
            )
            size = self.rows(
                f"{name} size",
                self.say("doelgroep", "target group"),
                people,
                projection.groups[stated.target_group].people,
            )
            delivery = projection.deliveries[name]
            parts = [
                self.part(name, year, amounts, starters) for year, amounts in enumerate(delivery.by_programme_year)
            ]
            fixed = None
            if stated.cost.fixed_per_year is not None:
                fixed = self.scaled(
                    f"{name} fixed",
                    self.say("vaste kosten", "fixed cost"),
                    delivery.fixed,
                    self.frame.price(stated.cost.fixed_per_year),
                )
            if all(part[0].formula is not None for part in parts):
                self.priced |= {(name, "per_starter"), (name, "per_completer")}
            if fixed is not None and fixed[0].formula is not None:
                self.priced.add((name, "fixed_per_year"))
            by_module = None
            if delivery.by_module.any():
                by_module = self.rows(
                    f"{name} module", self.say("betaald door de module", "paid by the module"), "€", delivery.by_module
                )
            own = self.sum(
                f"{name} own",
                self.say("uitvoering samen", "delivery together"),
                [*parts, *([fixed] if fixed is not None else [])],
            )
            total = (
                own
                if by_module is None
                else self.sum(f"{name} all", self.say("alle uitvoering", "all delivery"), [own, by_module])
            )
            where = tuple(range(len(self.places.codes)))
            found[name] = ProgrammeCells(
                name, stated, where, size, starters, None, starters, parts, fixed, by_module, own, total
            )
        return found

    def part(self, name: str, year: int, amounts: Floats, starters: AreaBlock) -> AreaBlock:
        """Delivery of one programme year: live in the unit cost where that is the same everywhere."""
        label = self.say(f"uitvoering, programmajaar {year + 1}", f"delivery, programme year {year + 1}")
        stated = self.frame.spec.interventions[name]
        own = any(a.completion is not None for a in stated.per_area.values())
        unit = self.unit_cost(name, year)
        if own or stated.policy_module is not None or unit is None:
            return self.rows(f"{name} delivery {year}", label, "€", amounts)
        ago = self.frame.inputs.fixed(
            self.say("jaren geleden begonnen", "began so many years ago"), self.say("jaren", "years"), float(year)
        )
        index = self.frame.axis.index
        lines = [
            self.sheet.series(
                f"{name} delivery {year} {code}",
                f"{label}: {words}",
                "€",
                (lagged(starters[k], ago, index) if year else starters[k]) * unit,
                style="euro2",
                total=True,
            )
            for k, (code, words) in enumerate(zip(self.places.codes, self.places.names, strict=True))
        ]
        found = AreaBlock(lines, range(len(lines)))
        model = self.places.added(np.broadcast_to(amounts, (1, *self._shape))[0])
        same = np.allclose(found.values[:, : model.shape[1]], model, rtol=0, atol=1e-4)
        return found if same else self.rows(f"{name} delivery {year} of the model", label, "€", amounts)

    def unit_cost(self, name: str, year: int) -> Line | None:
        """Cost per starter in a programme year."""
        cost, content = self.frame.spec.interventions[name].cost, as_expr(0)
        if year < len(cost.per_starter):
            content = content + self.frame.price(cost.per_starter[year])
        if year < len(cost.per_completer):
            completion = self.frame.inputs.of(self.frame.spec.interventions[name].completion)
            content = content + completion * self.frame.price(cost.per_completer[year])
        label = self.say(
            f"kosten per deelnemer, programmajaar {year + 1}", f"cost per starter, programme year {year + 1}"
        )
        return self.sheet.series(f"{name} unit {year}", label, "€", content, style="euro2")

    def scaled(self, key: str, label: str, amounts: Floats, price: Expr) -> AreaBlock:
        """Amounts as a part of a live price."""
        level = self.sheet.series(f"{key} price", label, "€", price, style="euro2")
        if not level.values[: self._shape[1]].all():
            return self.rows(key, label, "€", amounts)
        known = np.broadcast_to(amounts, (1, *self._shape))[0] / level.values[: self._shape[1]]
        parts = self.rows(f"{key} part", label + self.say(", aantal keer", ", number of times"), "×", known)
        lines = [
            self.sheet.series(f"{key} {code}", f"{label}: {words}", "€", parts[k] * level, style="euro2", total=True)
            for k, (code, words) in enumerate(zip(self.places.codes, self.places.names, strict=True))
        ]
        return AreaBlock(lines, range(len(lines)))

    def sum(self, key: str, label: str, blocks: Sequence[AreaBlock]) -> AreaBlock:
        """Blocks added up per place."""
        if len(blocks) == 1:
            return blocks[0]
        lines = []
        for k, (code, words) in enumerate(zip(self.places.codes, self.places.names, strict=True)):
            content = total_of(block[k] for block in blocks)
            lines.append(
                self.sheet.series(f"{key} {code}", f"{label}: {words}", "€", content, style="euro2", total=True)
            )
        return AreaBlock(lines, range(len(lines)))

    # effects

    def streams(self) -> list[CellStream]:
        """Avoided cost of the model after overlap."""
        return [part for stream in self.run.projection.streams for part in self.stream(stream)]

    def stream(self, stream: Stream) -> list[CellStream]:
        """One stream; where areas of one place differ in sign, falls and rises apart."""
        avoided = np.broadcast_to(stream.avoided, (1, *self._shape))
        rises = avoided < 0
        mixed = any(
            (rises[0, list(m)].any(axis=0) & (avoided[0, list(m)] > 0).any(axis=0)).any() for m in self.places.members
        )
        name = f"{self.frame.spec.interventions[stream.intervention].name}, {self.frame.effect(stream.effect)}"
        name += f", {self.frame.pocket(stream.pocket)}"
        self.sheet.heading(name)
        masks = [(~rises, ""), (rises, " -")] if mixed else [(np.ones_like(rises), "")]
        return [self.part_of_stream(stream, mask.astype(float), mark) for mask, mark in masks]

    def part_of_stream(self, stream: Stream, mask: Floats, mark: str) -> CellStream:
        """The amounts of a stream where a mask is 1."""
        key = f"{stream.intervention} {stream.effect} {stream.pocket.value}{mark}"
        years = self.say("persoonsjaren", "person-years")

        def rows(part: str, label: str, amounts: Floats | None, unit: str = "€") -> AreaBlock | None:
            return None if amounts is None else self.rows(f"{key} {part}", label, unit, amounts * mask)

        def cohorts(part: str, label: str, amounts: Floats | None, unit: str) -> list[AreaBlock] | None:
            if amounts is None:
                return None
            ages = [
                self.rows(f"{key} {part} {age}", f"{label}, {age}", unit, amounts[:, :, age] * mask)
                for age in range(amounts.shape[2])
            ]
            nothing = np.zeros((1, *self._shape))
            for age in range(amounts.shape[2], self.frame.years):
                ages.append(self.rows(f"{key} {part} {age}", f"{label}, {age}", unit, nothing))
            return ages

        avoided = rows("avoided", self.say("vermeden kosten", "avoided cost"), stream.avoided)
        active = rows(
            "active", self.say("persoonsjaren waarin het werkt", "person-years in which it works"), stream.active, years
        )
        assert avoided is not None
        assert active is not None
        moved = stream.moved if stream.pocket in MUNICIPAL_POCKETS else None
        return CellStream(
            stream.intervention, stream.effect + mark, stream.pocket, stream.care_kind, avoided,
            rows("moved", self.say("daarvan bij wie verhuisd is", "of which on who has moved"), moved), active,
            rows("wage", self.say("loon in plaats van uitkering", "wage instead of benefit"), stream.wage),
            cohorts("age", self.say("vermeden, cohort van", "avoided, cohort of"), stream.by_cohort, "€"),
            cohorts("active age", self.say("persoonsjaren, cohort van", "person-years, cohort of"),
                    stream.active_by_cohort, years),
        )  # fmt: skip

    # what cannot be told per place

    def as_in_the_model(self, found: Sequence[CellPosting], ledger: Ledger) -> list[CellPosting]:
        """Postings, those that places do not tell exactly replaced by figures of the model.

        What depends on the size of each municipality by itself, such as a social assistance budget or the part of the
        participants who have a policy, is no sum that a formula over places can make.
        """
        model = self.of_model(ledger.postings)
        live: dict[Key, list[CellPosting]] = {}
        for posting in found:
            live.setdefault(key_of(posting), []).append(posting)
        kept = [p for key, own in live.items() if self.agrees(own, model.get(key)) for p in own]
        wrong = [key for key in {**live, **model} if not self.agrees(live.get(key, []), model.get(key))]
        self.replaced |= {key[:2] for key in wrong}
        return [*kept, *(self.of_figures(key, model[key]) for key in wrong if key in model)]

    def of_model(self, postings: Iterable[Posting]) -> dict[Key, Floats]:
        """What the model moves, per key, area and year."""
        found: dict[Key, Floats] = {}
        for p in postings:
            key = key_of(p)
            found[key] = found.get(key, np.zeros(self._shape)) + p.amounts[0]
        return found

    def agrees(self, own: Sequence[CellPosting], model: Floats | None) -> bool:
        """Whether rows show what the model moves, per place where they are rows per place."""
        years = self._shape[1]
        expected = self.places.added(np.zeros(self._shape) if model is None else model)
        shown = np.zeros(expected.shape)
        for posting in own:
            if posting.areas is None:
                assert posting.total is not None  # a posting has rows or a total
                shown[0] += posting.total.values[:years]
            else:
                for k in posting.areas.positions:
                    shown[k] += posting.areas.at(k).values[:years]
        if any(p.areas is None for p in own):
            expected, shown = expected.sum(axis=0), shown.sum(axis=0)
        return np.allclose(shown, expected, rtol=0, atol=HALF_CENT_EUR / 10)

    def of_figures(self, key: Key, model: Floats) -> CellPosting:
        """A posting as figures of the model."""
        reason, pocket, intervention, source, target, arrangement = key
        label = f"{reason.value}, {intervention}, {source} → {target}" + self.say(
            " (cijfers van het model)", " (figures of the model)"
        )
        rows = self.rows(f"figures {' '.join(map(str, key))}", label, "€", model)
        return CellPosting(reason, pocket, intervention, source, target, rows, arrangement=arrangement)


Key = tuple[Reason, Pocket, str, str, str, str]
"""Reason, pocket, intervention, source, target and arrangement of a posting."""


def key_of(posting: Posting | CellPosting) -> Key:
    """What a posting is about."""
    about = (posting.reason, posting.pocket, posting.intervention)
    return (*about, posting.source, posting.target, posting.arrangement)


class SummedPolicies(Policies):
    """Policies of many municipalities: their money is that of the model."""

    def __init__(self, frame: Frame, areas: Areas, summed: Summed) -> None:
        self.frame, self.areas, self.summed = frame, areas, summed
        self.found = {}

    def postings(self) -> list[CellPosting]:
        """Everything that the policies move by themselves."""
        baseline, found = self.summed.run.projection.baseline, []
        for n, flow in enumerate(policy_flows(self.summed.run.law.spec.gemeentepolis, baseline, Inputs())):
            label = self.frame.spec.gemeentepolis[flow.policy].name
            block = self.summed.rows(f"policy {n} {flow.policy}", f"{label}: {flow.reason.value}", "€", flow.amounts)
            found.append(CellPosting(flow.reason, flow.pocket, flow.policy, flow.source, flow.target, block))
        return found


class SummedProgrammes(Programmes):
    """Interventions of many municipalities: who starts is a figure of the model."""

    def __init__(self, summed: Summed, policies: SummedPolicies) -> None:
        self.areas, self.policies, self.summed = summed.areas, policies, summed
        self.sheet, self.found = summed.sheet, summed.programmes()


class SummedDeliveries(Deliveries):
    """Payers of many municipalities: when and where a policy is in force is a figure of the model."""

    programmes: SummedProgrammes

    def by_modules(self, programme: ProgrammeCells) -> Iterator[CellPosting]:
        """What each policy pays of a delivery."""
        summed, module, name = self.programmes.summed, programme.stated.policy_module, programme.name
        for policy, stated in self.on.frame.spec.gemeentepolis.items():
            if module is None or module.module not in stated.modules:
                continue
            paid = summed.run.projection.deliveries[name].by_module
            amounts = paid * in_force(stated, summed.run.projection.baseline)
            block = summed.rows(f"{name} module {policy}", stated.name, "€", amounts)
            about = (Reason.DELIVERY, Pocket.AANVULLENDE_VERZEKERING, name)
            yield CellPosting(*about, stated.insurer, RESOURCES, block)


class SummedLaw(Law):
    """The law on places: what a municipality's own size decides is a figure of the model."""

    deliveries = SummedDeliveries
