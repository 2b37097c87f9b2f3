"""What the law does by itself, as cells: on whose account avoided cost falls, and who pays delivery.

Every posting of the model's law has its rows here, in the same order of reasons; rows per area where a municipality or
a part of the region matters, one row for the region where it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from coalition.cells import (
    Block,
    Expr,
    Line,
    Sheet,
    added,
    as_expr,
    at_age,
    dot,
    largest,
    over_years,
    part_of,
    picked,
    rows_of,
    smallest,
    when,
)
from coalition.cells import lagged as years_before
from coalition.holders import (
    budget_loss_in_cells,
    cashed_share,
    history_weight,
    member_shares_in_cells,
    own_risk_share_in_cells,
    removed_share_in_cells,
    split_zvw_in_cells,
    switching_parameter_in_cells,
    taken_back_in_cells,
)
from coalition.model import clock_of, legal_facts
from coalition.parties import (
    COORDINATION,
    EMPLOYERS,
    INSURERS,
    MUNICIPALITY,
    NATURE,
    PROVIDERS,
    RESIDENTS,
    RESOURCES,
    REST_OF_NL,
    STATE,
    UWV,
    WLZ_FUND,
    ZVW_FUND,
    Pocket,
    PocketNature,
    Reason,
)
from coalition.payers import coordination_grant_in_cells
from coalition.schema import CareKind, ClawbackBasis, OwnRisk, Payer
from coalition.streams import LIFE_YEARS
from coalition.workbook.areas import AreaBlock, Areas
from coalition.workbook.effects import CellStream
from coalition.workbook.frame import Frame
from coalition.workbook.grants import Grants
from coalition.workbook.people import EVERYBODY
from coalition.workbook.policies import Policies
from coalition.workbook.postings import CellPosting
from coalition.workbook.programmes import ProgrammeCells, Programmes

Where = Collection[int] | None


class Law:
    """The postings of the law."""

    def __init__(
        self, frame: Frame, areas: Areas, policies: Policies, programmes: Programmes, streams: Sequence[CellStream]
    ) -> None:
        self.frame, self.areas, self.policies, self.programmes = frame, areas, policies, programmes
        self.streams, self.say, self.inputs = streams, frame.say, frame.inputs
        self.holders: Sheet = frame.sheet(
            ("Berekening_houders", "Calc_holders"),
            ("Bij wie valt het: vermeden kosten", "On whose account: avoided cost"),
        )
        self.payers: Sheet = frame.sheet(
            ("Berekening_betalers", "Calc_payers"), ("Wie betaalt de uitvoering", "Who pays the delivery")
        )
        self.facts = legal_facts(frame.scenario, clock_of(frame.scenario))
        self.found: list[CellPosting] = []
        self._members: dict[str, _Members] = {}
        self._cashed: dict[str, AreaBlock] = {}

    def postings(self) -> list[CellPosting]:
        """Everything that the law moves."""
        self.found += self.policies.postings()
        self.delivery()
        self.coordination()
        for stream in self.streams:
            self.holders.heading(
                f"{self.frame.spec.interventions[stream.intervention].name}: {stream.effect}, {stream.pocket.value}"
            )
            self.effect(stream)
        return self.found

    def total(self, sheet: Sheet, key: str, label: str, content: Expr) -> Line:
        return sheet.series(key, label, "€", content, style="euro2", total=True)

    def rows(
        self, sheet: Sheet, key: str, label: str, block: Sequence[int], content: Callable[[int], Expr]
    ) -> AreaBlock:
        return self.areas.block(key, label, "€", block, content, sheet=sheet, total=True)

    def post(
        self,
        stream: CellStream,
        reason: Reason,
        sides: tuple[str, str],
        *,
        areas: AreaBlock | None = None,
        total: Line | None = None,
        within: Callable[[Collection[int]], Expr] | None = None,
        pocket: Pocket | None = None,
    ) -> None:
        self.found.append(
            CellPosting(reason, pocket or stream.pocket, stream.intervention, *sides, areas, total, within)
        )

    # avoided cost

    def effect(self, stream: CellStream) -> None:
        """Postings of one stream, by the nature of its pocket."""
        nature = NATURE[stream.pocket]
        if nature is PocketNature.CARE:
            self.care(stream)
        elif nature is PocketNature.TRANSFER:
            self.transfer(stream)
        else:
            target = {Pocket.JUSTITIE: STATE, Pocket.WERKGEVER: EMPLOYERS, Pocket.INWONER: RESIDENTS}[stream.pocket]
            self.post(stream, Reason.AVOIDED_COST, (RESOURCES, target), areas=stream.avoided)

    def care(self, stream: CellStream) -> None:
        stated = self.frame.spec.holders.cashable[stream.pocket]
        label = self.say("capaciteit die verdwijnt bij aanbieders", "capacity removed at providers")
        freed = self.inputs.of(stated.avoidable_cost_share) * removed_share_in_cells(
            stream.avoided, self.inputs.of(stated.capacity_removed_share)
        )
        capacity = self.total(self.holders, f"{stream.key} capacity", label, freed)
        self.post(stream, Reason.CAPACITY, (RESOURCES, PROVIDERS), total=capacity)
        if stream.pocket is Pocket.ZVW:
            self.zvw(stream)
        elif stream.pocket is Pocket.AANVULLENDE_VERZEKERING:
            self.supplementary(stream)
        elif stream.pocket is Pocket.WLZ:
            self.post(stream, Reason.AVOIDED_COST, (PROVIDERS, WLZ_FUND), areas=self.cashed(stream))
        else:
            self.municipal(stream)

    def negotiated(self, pocket: Pocket) -> Line:
        """1 in the years without a lump sum."""
        key = f"negotiated {pocket}"
        if not self.holders.has(key):
            stated = self.frame.spec.holders.cashable[pocket]
            running: Expr = as_expr(1)
            if stated.from_year is not None:
                first = self.inputs.stated(f"holders.cashable.{pocket.value}.from_year")
                running = when(self.frame.axis.year >= first, 1, 0)
            self.holders.series(
                key,
                self.say("zonder lumpsum", "without a lump sum") + f", {pocket.value}",
                "0/1",
                running,
                style="plain",
            )
        return self.holders.of(key)

    def cashed_part(self, pocket: Pocket, amount: Expr) -> Expr:
        """What a payer no longer pays of a change in care."""
        share = self.inputs.of(self.frame.spec.holders.cashable[pocket].share)
        return amount * cashed_share(amount, share, self.negotiated(pocket))  # type: ignore[arg-type,operator,return-value]

    def cashed(self, stream: CellStream) -> AreaBlock:
        """γ·X per area."""
        if stream.key not in self._cashed:
            self.negotiated(stream.pocket)
            label = self.say("wordt verzilverd", "is cashed")
            self._cashed[stream.key] = self.rows(
                self.holders,
                f"{stream.key} cashed",
                label,
                stream.avoided.positions,
                lambda k: self.cashed_part(stream.pocket, stream.avoided.at(k)),
            )
        return self._cashed[stream.key]

    def municipal(self, stream: CellStream) -> None:
        cashed = self.cashed(stream)
        if stream.moved is None:
            self.post(stream, Reason.AVOIDED_COST, (PROVIDERS, MUNICIPALITY), areas=cashed)
            return
        moved, avoided = stream.moved, stream.avoided
        label = self.say("waarvan elders in Nederland", "of which elsewhere in the country")
        share = self.inputs.of(self.frame.spec.holders.cashable[stream.pocket].share)
        negotiated = self.negotiated(stream.pocket)
        elsewhere = self.rows(
            self.holders,
            f"{stream.key} elsewhere",
            label,
            moved.positions,
            lambda k: moved.at(k) * cashed_share(avoided.at(k), share, negotiated),
        )  # type: ignore[arg-type,operator,return-value]
        stays = self.rows(
            self.holders,
            f"{stream.key} stays",
            self.say("voor de gemeente", "for the municipality"),
            moved.positions,
            lambda k: cashed.at(k) - elsewhere.at(k),
        )
        self.post(stream, Reason.AVOIDED_COST, (PROVIDERS, MUNICIPALITY), areas=stays)
        self.post(stream, Reason.AVOIDED_COST, (PROVIDERS, REST_OF_NL), areas=elsewhere)

    # insurers

    def members(self, intervention: str) -> _Members | None:
        """Where the members of one insurer are insured later; None where everybody may take part."""
        insurer = self.frame.spec.interventions[intervention].members_of
        if insurer is None:
            return None
        if insurer not in self._members:
            self._members[insurer] = _Members(self, insurer)
        return self._members[insurer]

    def insured(
        self,
        stream: CellStream,
        insurer: str,
        rows: AreaBlock,
        cohorts: list[AreaBlock] | None,
        inside: Where = None,
        later: int = 0,
    ) -> Expr:
        """An insurer's part of amounts: by market, or where members are insured some years later."""
        members = self.members(stream.intervention)
        if cohorts is None or members is None:
            return self.areas.insured_part(rows, insurer, inside)
        return members.part(insurer, cohorts, inside, later)

    def cashed_cohorts(self, stream: CellStream) -> list[AreaBlock] | None:
        """γ·X by the age of the cohort."""
        if stream.cohorts is None:
            return None
        found = []
        for age, cohort in enumerate(stream.cohorts):
            key = f"{stream.key} cashed age {age}"
            if not self.holders.has(f"{key} {self.areas.codes[cohort.positions[0]]}"):
                label = self.say(f"wordt verzilverd, cohort van {age} jaar", f"is cashed, cohort of {age} years")
                self.rows(
                    self.holders,
                    key,
                    label,
                    cohort.positions,
                    lambda k, cohort=cohort: self.cashed_part(stream.pocket, cohort.at(k)),
                )
            found.append(
                AreaBlock([self.holders.of(f"{key} {self.areas.codes[k]}") for k in cohort.positions], cohort.positions)
            )
        return found

    def supplementary(self, stream: CellStream) -> None:
        cashed, cohorts = self.cashed(stream), self.cashed_cohorts(stream)
        for insurer in self.areas.insurers:

            def amount(inside: Where = None, insurer: str = insurer) -> Expr:
                return self.insured(stream, insurer, cashed, cohorts, inside)

            label = self.areas.insurer_name(insurer) + self.say(" betaalt niet meer", " no longer pays")
            total = self.total(self.holders, f"{stream.key} saved {insurer}", label, amount())
            self.post(stream, Reason.AVOIDED_COST, (PROVIDERS, insurer), total=total, within=amount)

    def zvw(self, stream: CellStream) -> None:
        """Own risk, insurers and equalisation."""
        own = self.own_risk(stream)
        cashed, cohorts = self.cashed(stream), self.cashed_cohorts(stream)
        equalisation = self.frame.spec.holders.equalisation
        assert equalisation is not None and stream.care_kind is not None  # checks.py asks for both
        by_use = equalisation.basis is ClawbackBasis.USE
        seen = (stream.avoided, stream.cohorts) if by_use else (cashed, cohorts)
        for insurer in self.areas.insurers:
            name = self.areas.insurer_name(insurer)

            def invoices(inside: Where = None, insurer: str = insurer) -> Expr:
                avoided = self.insured(stream, insurer, stream.avoided, stream.cohorts, inside)
                paid = self.insured(stream, insurer, cashed, cohorts, inside)
                return split_zvw_in_cells(avoided, paid, own, as_expr(0))[0]

            def returned(inside: Where = None, insurer: str = insurer) -> Expr:
                back = self.back(stream, insurer, seen, inside)
                return split_zvw_in_cells(as_expr(0), as_expr(0), own, back)[2]

            kept = self.total(
                self.holders,
                f"{stream.key} saved {insurer}",
                name + self.say(" betaalt niet meer", " no longer pays"),
                invoices(),
            )
            back = self.total(
                self.holders,
                f"{stream.key} back {insurer}",
                name + self.say(": risicoverevening neemt terug", ": taken back by equalisation"),
                returned(),
            )
            self.post(stream, Reason.AVOIDED_COST, (PROVIDERS, insurer), total=kept, within=invoices)
            self.post(stream, Reason.EQUALISATION, (insurer, ZVW_FUND), total=back, within=returned)
        self.own_risk_postings(stream, own)

    def clawback(self, kind: CareKind) -> Line:
        """Share taken back of what was avoided j years ago, along the axis by j."""
        key = f"clawback {kind.value}"
        if not self.holders.has(key):
            stated = self.frame.spec.holders.equalisation
            assert stated is not None
            numbers = [self.inputs.of(n) for n in stated.clawback[kind]]
            if not numbers:
                return self.holders.series(key, self.say("niets teruggenomen", "nothing taken back"), "", 0)
            label = self.say("teruggenomen na jaar", "taken back after year")
            total: Expr = as_expr(0)
            for line in numbers:
                total = total + line
            unit = self.say("deel", "share")
            whole = self.holders.line(
                f"{key} sum",
                self.say("samen, ten minste 1", "together, at least 1"),
                unit,
                largest(total, 1),
                style="share",
            )
            parts = Block(
                [
                    self.holders.line(f"{key} {j}", f"{label} {j + 1}", unit, line / whole, style="share")
                    for j, line in enumerate(numbers)
                ]
            )
            index = self.frame.axis.index
            place = self.holders.series(
                f"{key} place",
                self.say("plaats in die lijst", "place in that list"),
                "",
                largest(1, smallest(index, rows_of(parts))),
                style="plain",
            )
            within = self.holders.series(
                f"{key} within",
                self.say("valt in die lijst", "is in that list"),
                "0/1",
                self.frame.axis.running_index(rows_of(parts)),
                style="plain",
            )
            self.holders.series(
                key,
                self.say("teruggenomen, naar jaren geleden", "taken back, by years ago"),
                unit,
                picked(parts, place) * within,
                style="share",
            )
        return self.holders.of(key)

    def back(
        self, stream: CellStream, insurer: str, seen: tuple[AreaBlock, list[AreaBlock] | None], inside: Where
    ) -> Expr:
        """What equalisation takes back of an insurer, before the own risk."""
        assert stream.care_kind is not None
        kernel, index, rows, cohorts = self.clawback(stream.care_kind), self.frame.axis.index, *seen
        where = "" if inside is None else f" {sorted(inside)}"
        label = self.areas.insurer_name(insurer) + self.say(": gezien door de verevening", ": seen by equalisation")
        if cohorts is None or self.members(stream.intervention) is None:
            key = f"{stream.key} seen {insurer}{where}"
            line = self.holders.series(key, label, "€", self.areas.insured_part(rows, insurer, inside), style="euro2")
            return taken_back_in_cells(line, kernel, index)
        total: Expr = as_expr(0)
        equalisation = self.frame.spec.holders.equalisation
        assert equalisation is not None
        for j in range(1, len(equalisation.clawback[stream.care_kind]) + 1):
            lag = self.inputs.fixed(self.say("jaren later", "years later"), self.say("jaren", "years"), float(j))
            content = self.insured(stream, insurer, rows, cohorts, inside, later=j)
            line = self.holders.series(
                f"{stream.key} seen {insurer} {j}{where}", f"{label}, {j}", "€", content, style="euro2"
            )
            total = total + at_age(kernel, lag) * years_before(line, lag, index)
        return total

    # own risk

    def own_risk(self, stream: CellStream) -> Line:
        """Part of an avoided euro that the insured would have paid."""
        group = self.frame.spec.interventions[stream.intervention].target_group
        stated = self.frame.spec.target_groups[group].own_risk or self.frame.spec.holders.own_risk
        assert stated is not None  # checks.py asks for it
        label = self.say("deel voor het eigen risico", "part for the own risk")
        content: Expr = (
            self.inputs.of(stated.share) if stated.share is not None else self.from_classes(stated, stream, group)
        )
        return self.holders.line(f"{stream.key} own risk", label, self.say("deel", "share"), content, style="share")

    def from_classes(self, stated: OwnRisk, stream: CellStream, group: str) -> Expr:
        """From the cost classes and the relative size of the saving over all calculated years."""
        assert stated.cost_classes is not None
        own = self.frame.spec.target_groups[group].own_risk is not None
        path = f"target_groups.{group}.own_risk" if own else "holders.own_risk"
        say, key, sheet = self.say, stream.key, self.holders
        paths = [f"{path}.cost_classes.{n}" for n in range(len(stated.cost_classes))]
        weights = Block([self.inputs.stated(f"{p}.people_share") for p in paths])
        costs = Block([self.inputs.stated(f"{p}.cost_eur") for p in paths])
        weight = Block(
            [
                sheet.line(
                    f"{key} class weight {n}",
                    say("deel van de mensen", "part of people"),
                    say("deel", "share"),
                    as_expr(w) * as_expr(1),
                    style="share",
                )
                for n, w in enumerate(weights)
            ]
        )
        cost = Block(
            [
                sheet.line(
                    f"{key} class cost {n}",
                    say("kosten van de klasse", "cost of the class"),
                    "€",
                    as_expr(c),
                    style="euro2",
                )
                for n, c in enumerate(costs)
            ]
        )
        if stream.effect == LIFE_YEARS:
            left: Expr = as_expr(0)
        else:
            saved = self.relative_saving(stream, group, weight, cost)
            left = sheet.line(
                f"{key} left",
                say("wat er van de kosten overblijft", "what is left of the cost"),
                say("deel", "share"),
                1 - largest(smallest(saved, 1), 0 - as_expr(1)),
                style="share",
            )
        limit = self.inputs.fixed(say("verplicht eigen risico", "mandatory own risk"), "€", self.facts.own_risk_eur)
        less = Block(
            [
                sheet.line(
                    f"{key} class own {n}",
                    say("minder eigen risico", "less own risk"),
                    "€",
                    smallest(c, limit) - smallest(c * left, limit),
                    style="euro2",
                )
                for n, c in enumerate(cost)
            ]
        )
        avoided = Block(
            [
                sheet.line(
                    f"{key} class saved {n}",
                    say("vermeden in de klasse", "avoided in the class"),
                    "€",
                    c - c * left,
                    style="euro2",
                )
                for n, c in enumerate(cost)
            ]
        )
        return own_risk_share_in_cells(weight, less, avoided)

    def relative_saving(self, stream: CellStream, group: str, weight: Block, cost: Block) -> Line:
        """Avoided as a part of what the participants cost, over all calculated years."""
        say, counted, key, sheet = self.say, self.frame.axis.counted, stream.key, self.holders
        per_person = self.areas.people.cost(group, Pocket.ZVW) if self.areas.people.has_cost(Pocket.ZVW) else None
        mean = (
            None
            if per_person is not None
            else sheet.line(
                f"{key} mean", say("gemiddelde kosten", "average cost"), "€", dot(weight, cost), style="euro2"
            )
        )

        def spent(k: int) -> Expr:
            return stream.active.at(k) * (per_person[k] if per_person is not None else as_expr(mean or 0))

        block = self.rows(
            sheet,
            f"{key} spent",
            say("kosten van wie meedoet", "cost of who takes part"),
            stream.active.positions,
            spent,
        )
        whole = sheet.series(f"{key} spent together", say("samen", "together"), "€", added(block), style="euro2")
        avoided = sheet.series(
            f"{key} avoided together",
            say("vermeden, samen", "avoided, together"),
            "€",
            added(stream.avoided),
            style="euro2",
        )
        return sheet.line(
            f"{key} relative",
            say("vermeden deel van de kosten", "part of the cost avoided"),
            say("deel", "share"),
            part_of(over_years(avoided, counted), over_years(whole, counted)),
            style="rate",
        )

    def own_risk_postings(self, stream: CellStream, own: Line) -> None:
        """The insured's part: to the policy where it pays their own risk, to the residents elsewhere."""
        policies = {n: part for n in self.policies.found if (part := self.policies.own_risk_insured(n)) is not None}
        label = self.say("eigen risico dat niet meer betaald wordt", "own risk no longer paid")
        if not policies:
            total = self.total(self.holders, f"{stream.key} own risk total", label, own * added(stream.avoided))
            self.post(stream, Reason.OWN_RISK, (PROVIDERS, RESIDENTS), total=total, pocket=Pocket.EIGEN_RISICO)
            return
        shares = {n: self.covered(stream, n, part) for n, part in policies.items()}
        for name, share in shares.items():
            words = f"{label}: {self.frame.spec.gemeentepolis[name].name}"
            rows = self.rows(
                self.holders,
                f"{stream.key} own risk {name}",
                words,
                stream.avoided.positions,
                lambda k, share=share: own * stream.avoided.at(k) * share.at(k),
            )
            insurer = self.frame.spec.gemeentepolis[name].insurer
            self.post(stream, Reason.OWN_RISK, (PROVIDERS, insurer), areas=rows, pocket=Pocket.EIGEN_RISICO)

        def rest(k: int) -> Expr:
            left: Expr = as_expr(1)
            for share in shares.values():
                left = left - share.at(k)
            return own * stream.avoided.at(k) * left

        rows = self.rows(self.holders, f"{stream.key} own risk residents", label, stream.avoided.positions, rest)
        self.post(stream, Reason.OWN_RISK, (PROVIDERS, RESIDENTS), areas=rows, pocket=Pocket.EIGEN_RISICO)

    def covered(self, stream: CellStream, policy: str, insured: Expr) -> AreaBlock:
        """Part of the participants whose own risk a policy pays, per area."""
        cells, programme = self.policies.found[policy], self.programmes.found[stream.intervention]
        module = programme.stated.policy_module
        has_module = module is not None and module.module in cells.policy.modules
        key = f"{stream.key} covered {policy}"

        def part(k: int) -> Expr:
            if k not in cells.positions:
                return as_expr(0)
            inside = cells.force.at(k) * insured
            if not has_module:
                return inside * self.policies.part_enrolled(policy, k)
            assert programme.enrolled is not None
            counted = self.frame.axis.counted
            return inside * part_of(
                over_years(programme.enrolled.at(k), counted), over_years(programme.starters.at(k), counted)
            )

        label = self.say("deel met deze polis", "part with this policy") + f": {cells.policy.name}"
        return self.areas.block(
            key, label, self.say("deel", "share"), stream.avoided.positions, part, sheet=self.holders, style="share"
        )

    # transfers

    def transfer(self, stream: CellStream) -> None:
        if stream.wage is not None:
            self.post(stream, Reason.WAGE, (RESOURCES, RESIDENTS), areas=stream.wage)
        if stream.pocket in {Pocket.UWV, Pocket.BELASTING}:
            target = UWV if stream.pocket is Pocket.UWV else STATE
            self.post(stream, Reason.AVOIDED_COST, (RESIDENTS, target), areas=stream.avoided)
            return
        stays, moved = stream.avoided, stream.moved
        if moved is not None:
            label = self.say("voor de gemeente", "for the municipality")
            stays = self.rows(
                self.holders,
                f"{stream.key} stays",
                label,
                moved.positions,
                lambda k: stream.avoided.at(k) - moved.at(k),
            )
            self.post(stream, Reason.AVOIDED_COST, (RESIDENTS, REST_OF_NL), areas=moved)
        self.post(stream, Reason.AVOIDED_COST, (RESIDENTS, MUNICIPALITY), areas=stays)
        if stream.pocket is Pocket.PARTICIPATIEWET:
            self.budget(stream, stays)

    def budget(self, stream: CellStream, stays: AreaBlock) -> None:
        """A later budget that is lower because spending was lower."""
        lag = self.inputs.fixed(
            self.say("jaren tot het bijstandsbudget volgt", "years until the budget follows"),
            self.say("jaren", "years"),
            float(self.facts.history_lag_years),
        )
        axis, sheet, level = self.frame.axis, self.holders, self.frame.level
        if not sheet.has("budget growth"):
            sheet.series(
                "budget growth",
                self.say("prijsstijging tot het budget", "price growth until the budget"),
                "factor",
                when(axis.index >= lag, level / years_before(level, lag, axis.index), 1),
                style="factor",
            )
        growth = sheet.of("budget growth")
        label = self.say("later lager bijstandsbudget", "lower social assistance budget later")
        weights = {k: self.history(k) for k in stays.positions}
        rows = self.rows(
            sheet,
            f"{stream.key} budget",
            label,
            stays.positions,
            lambda k: budget_loss_in_cells(stays.at(k), weights[k], growth, lag, axis.index),
        )
        self.post(stream, Reason.BUDGET, (MUNICIPALITY, REST_OF_NL), areas=rows)

    def history(self, position: int) -> Line:
        """Which part of the municipality's budget follows its own past spending."""
        code, say = self.areas.municipalities[position], self.say
        key = f"history {code}"
        if not self.holders.has(key):
            people = say("inwoners", "inhabitants")
            upper = self.inputs.fixed(
                say("geen historisch budget vanaf", "no historical budget from"), people, self.facts.history_upper
            )
            span = self.inputs.fixed(say("over een breedte van", "over a width of"), people, self.facts.history_span)
            name = self.areas.people.name(code)
            population = self.holders.line(
                f"population {code}",
                say("inwoners in het eerste jaar", "inhabitants in the first year") + f": {name}",
                people,
                self.inhabitants(code),
                style="count",
            )
            weight = history_weight(population, upper, span)  # type: ignore[arg-type]
            self.holders.line(
                key,
                say("deel van het budget dat de eigen uitgaven volgt", "part of the budget that follows own spending")
                + f": {name}",
                say("deel", "share"),
                weight,
                style="share",
            )
        return self.holders.of(key)

    def inhabitants(self, code: str) -> Expr:
        stated = self.frame.spec.parties.municipalities.get(code)
        if stated is not None and stated.population is not None:
            return self.inputs.of(stated.population)
        everybody, total = self.areas.people.of_ages(EVERYBODY), as_expr(0)
        start = self.inputs.fixed(self.say("eerste jaar van de as", "first year of the axis"), "", 0.0)
        for k, municipality in enumerate(self.areas.municipalities):
            if municipality == code:
                line = everybody[k]
                total = total + (at_age(line, start) if line.is_series else line)
        return total

    # delivery

    def delivery(self) -> None:
        """Modules and grants first, then the payers named."""
        grants = Grants(self)
        for name, programme in self.programmes.found.items():
            self.payers.heading(programme.stated.name)
            self.modules(name, programme)
            grants.state_pays(name)
            for n, payer in enumerate(programme.stated.payers):
                share = self.payer_share(name, n)
                left = grants.left_to_pay(name, payer.law)
                self.paid_by(programme, payer, (n, share if left is None else share * left))

    def modules(self, name: str, programme: ProgrammeCells) -> None:
        module, paid = programme.stated.policy_module, programme.by_module
        if module is None or paid is None:
            return
        for policy, cells in self.policies.found.items():
            if module.module in cells.policy.modules:
                here = [k for k in programme.positions if k in cells.positions]
                if not here:
                    continue
                label = self.say("betaald door de module van", "paid by the module of") + f" {cells.policy.name}"
                rows = self.rows(
                    self.payers,
                    f"{name} module {policy}",
                    label,
                    here,
                    lambda k, cells=cells: paid.at(k) * cells.force.at(k),
                )
                self.found.append(
                    CellPosting(
                        Reason.DELIVERY, Pocket.AANVULLENDE_VERZEKERING, name, cells.policy.insurer, RESOURCES, rows
                    )
                )

    def payer_share(self, name: str, n: int) -> Line:
        """A payer's part of the delivery; all payers together 1."""
        key = f"{name} payer {n}"
        if not self.payers.has(key):
            payers = self.frame.spec.interventions[name].payers
            total: Expr = as_expr(0)
            for payer in payers:
                total = total + self.inputs.of(payer.share)
            label = (
                self.say("deel van de uitvoering", "part of the delivery")
                + f": {payers[n].party}, {payers[n].law.value}"
            )
            self.payers.line(
                key, label, self.say("deel", "share"), self.inputs.of(payers[n].share) / total, style="share"
            )
        return self.payers.of(key)

    def paid_by(self, programme: ProgrammeCells, payer: Payer, part: tuple[int, Expr]) -> None:
        n, share = part
        name, key, own = programme.name, f"{programme.name} paid {n}", programme.own
        label = self.say("betaalt uitvoering", "pays delivery")
        members_of = programme.stated.members_of

        def post(
            source: str,
            areas: AreaBlock | None,
            total: Line | None,
            within: Callable[[Collection[int]], Expr] | None = None,
        ) -> None:
            self.found.append(CellPosting(Reason.DELIVERY, payer.law, name, source, RESOURCES, areas, total, within))

        if payer.party == MUNICIPALITY:
            post(
                MUNICIPALITY,
                self.rows(
                    self.payers,
                    key,
                    self.say("gemeente ", "municipality ") + label,
                    programme.positions,
                    lambda k: own.at(k) * share,
                ),
                None,
            )
        elif payer.party not in {INSURERS, members_of}:

            def all_of(inside: Where = None) -> Expr:
                return share * self.areas.summed(own, inside)

            post(payer.party, None, self.total(self.payers, key, f"{payer.party} {label}", all_of()), all_of)
        else:
            for insurer in self.areas.insurers:

                def insured(inside: Where = None, insurer: str = insurer) -> Expr:
                    return share * self.insured_delivery(programme, insurer, inside)

                name_of = self.areas.insurer_name(insurer)
                post(
                    insurer, None, self.total(self.payers, f"{key} {insurer}", f"{name_of} {label}", insured()), insured
                )

    def insured_delivery(self, programme: ProgrammeCells, insurer: str, inside: Where) -> Expr:
        """An insurer's part of delivery: by market, or where members are insured in each programme year."""
        members = self.members(programme.name)
        if members is None:
            return self.areas.insured_part(programme.own, insurer, inside)
        total: Expr = as_expr(0)
        for year, part in enumerate(programme.parts):
            amount = self.areas.summed(part, inside)
            if year == 0 and programme.fixed is not None:
                amount = amount + self.areas.summed(programme.fixed, inside)
            total = total + members.share(insurer, year) * amount
        return total

    # coordination

    def coordination(self) -> None:
        """Running the coalition: the grant where one was in force, the rest by the payers named."""
        stated, sheet, say = self.frame.spec.payers.coordination, self.payers, self.say
        if stated is None:
            return
        sheet.heading(say("Coördinatie", "Coordination"))
        path, axis = "payers.coordination", self.frame.axis
        running = axis.running(self.inputs.stated(f"{path}.years.first"), self.inputs.stated(f"{path}.years.last"))
        cost = self.total(
            sheet,
            "coordination cost",
            say("kosten van de coördinatie", "cost of coordination"),
            self.frame.price(stated.cost_per_year) * running,
        )
        left: Expr = cost
        if stated.grant_applicant is not None and stated.eligible_share is not None:
            granted = self.coordination_granted(cost)
            left = cost - granted
            self.found.append(
                CellPosting(
                    Reason.COORDINATION,
                    Pocket.BELASTING,
                    COORDINATION,
                    STATE,
                    RESOURCES,
                    self.spread("coordination state", say("subsidie van het Rijk", "state grant"), granted),
                )
            )
        total: Expr = as_expr(0)
        for payer in stated.payers:
            total = total + self.inputs.of(payer.share)
        for n, payer in enumerate(stated.payers):
            share = sheet.line(
                f"coordination share {n}",
                say("deel van de coördinatie", "part of coordination") + f": {payer.party}",
                say("deel", "share"),
                self.inputs.of(payer.share) / total,
                style="share",
            )
            amount = self.total(
                sheet,
                f"coordination paid {n}",
                say("betaalt coördinatie", "pays coordination") + f": {payer.party}",
                left * share,
            )
            self.coordinated(n, payer, amount)

    def coordination_granted(self, cost: Line) -> Line:
        stated, say = self.frame.spec.payers.coordination, self.say
        assert stated is not None and stated.eligible_share is not None
        shares = list(self.facts.grant_share_by_year)
        known = [*shares, *[shares[-1]] * (self.frame.years - len(shares))]
        rate = self.payers.line(
            "coordination grant share",
            say("subsidiedeel volgens de regeling", "grant share by regulation"),
            say("deel", "share"),
            known,
            style="share",
        )
        ceiling = stated.grant_ceiling_per_year
        content = coordination_grant_in_cells(
            cost, self.inputs.of(stated.eligible_share), None if ceiling is None else self.frame.price(ceiling), rate
        )
        return self.total(self.payers, "coordination granted", say("subsidie van het Rijk", "state grant"), content)

    def spread(self, key: str, label: str, amount: Expr) -> AreaBlock:
        """An amount spread over all areas by inhabitants."""
        return self.rows(
            self.payers, key, label, range(len(self.areas.codes)), lambda k: amount * self.areas.people_share(k)
        )

    def coordinated(self, n: int, payer: Payer, amount: Line) -> None:
        label = self.say("betaalt coördinatie", "pays coordination")

        def post(source: str, areas: AreaBlock | None, total: Line | None) -> None:
            self.found.append(
                CellPosting(Reason.COORDINATION, payer.law, COORDINATION, source, RESOURCES, areas, total)
            )

        if payer.party == MUNICIPALITY:
            post(
                MUNICIPALITY,
                self.spread(f"coordination areas {n}", self.say("gemeente ", "municipality ") + label, amount),
                None,
            )
        elif payer.party != INSURERS:
            post(payer.party, None, amount)
        else:
            per_area = None if self.areas.uniform else self.spread(f"coordination areas {n}", label, amount)
            for insurer in self.areas.insurers:
                part = (
                    self.areas.regional[insurer] * amount
                    if per_area is None
                    else self.areas.insured_part(per_area, insurer)
                )
                words = f"{self.areas.insurer_name(insurer)} {label}"
                post(insurer, None, self.total(self.payers, f"coordination {n} {insurer}", words, part))


class _Members:
    """Where the members of one insurer are insured some years later."""

    def __init__(self, law: Law, insurer: str) -> None:
        self.law, self.insurer, self.say = law, insurer, law.say
        sheet, areas, frame = law.holders, law.areas, law.frame
        stated = frame.spec.holders.switching_per_year
        assert stated is not None  # checks.py asks for it
        hardly = frame.inputs.fixed(self.say("vrijwel niemand kan overstappen", "hardly anybody can switch"), "", 1e-12)
        shares = Block([areas.regional[n] for n in areas.insurers])
        sheet.heading(self.say("Waar verzekerden later verzekerd zijn", "Where members are insured later"))
        sigma = sheet.line(
            f"switching {insurer}",
            self.say("overstapparameter", "switching parameter"),
            "",
            switching_parameter_in_cells(frame.inputs.of(stated), shares, hardly),
            style="share",
        )
        after = sheet.series(
            f"stayed {insurer}",
            self.say("nooit overgestapt, na jaren", "never switched, after years"),
            self.say("deel", "share"),
            when(frame.axis.index > 0, (1 - sigma) ** frame.axis.index, 1),
            style="share",
        )
        self.rows: dict[str, Block] = {}
        for n in areas.insurers:
            lines = []
            for years in range(frame.years):
                place = frame.inputs.fixed(
                    self.say("leeftijd van het cohort", "age of the cohort"), self.say("jaren", "years"), float(years)
                )
                content = member_shares_in_cells(at_age(after, place), areas.regional[n], own=n == insurer)
                lines.append(
                    sheet.line(
                        f"members {insurer} {n} {years}",
                        f"{areas.insurer_name(n)}, " + self.say(f"na {years} jaar", f"after {years} years"),
                        self.say("deel", "share"),
                        content,
                        style="share",
                    )
                )
            self.rows[n] = Block(lines)

    def share(self, insurer: str, years: int) -> Line:
        """Part of the members who are with an insurer after some years."""
        return self.rows[insurer][years]

    def part(self, insurer: str, cohorts: list[AreaBlock], inside: Where, later: int) -> Expr:
        """An insurer's part of amounts by the age of the cohort, some years later."""
        where = "" if inside is None else f" {sorted(inside)}"
        key, sheet = f"sum of {cohorts[0][0].key}{where}", self.law.holders
        if not sheet.has(f"{key} 0"):
            for age, cohort in enumerate(cohorts):
                label = self.say(f"alle gebieden, cohort van {age} jaar", f"all areas, cohort of {age} years")
                sheet.series(f"{key} {age}", label, "€", self.law.areas.summed(cohort, inside), style="euro2")
        sums = [sheet.of(f"{key} {age}") for age in range(len(cohorts))]
        kept = len(sums) - later
        return dot(Block(self.rows[insurer].lines[later:]), Block(sums[:kept])) if kept > 0 else as_expr(0)
