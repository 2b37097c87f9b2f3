"""What effects are made of, and what they lead to: streams of avoided cost, health and pleasure."""

from __future__ import annotations

from dataclasses import dataclass

from coalition.cells import Expr, Line, Sheet, as_expr, largest
from coalition.kernels import staying_in_cells
from coalition.parties import Pocket
from coalition.schema import Approach, CareKind
from coalition.workbook.areas import AnArea, AreaBlock, Areas, Caption
from coalition.workbook.frame import Frame
from coalition.workbook.people import People
from coalition.workbook.programmes import ProgrammeCells


@dataclass(frozen=True)
class CellStream:
    """Avoided cost of one effect in one pocket, as rows per area.

    Attributes:
        avoided, moved, wage, active: as in streams.Stream; None where there is none.
        cohorts, active_cohorts: the same by the age of the cohort, for an insurer's members.
    """

    intervention: str
    effect: str
    pocket: Pocket
    care_kind: CareKind | None
    avoided: AreaBlock
    moved: AreaBlock | None
    active: AreaBlock
    wage: AreaBlock | None = None
    cohorts: list[AreaBlock] | None = None
    active_cohorts: list[AreaBlock] | None = None

    @property
    def key(self) -> str:
        """What it is."""
        return f"{self.intervention} {self.effect} {self.pocket.value}"


@dataclass(frozen=True)
class CellWelfare:
    """Health or pleasure that is no cash."""

    intervention: str
    effect: str
    label: str
    is_qaly: bool
    amounts: AreaBlock


@dataclass(frozen=True)
class Work:
    """In whom an effect works.

    Attributes:
        kernel: years of effect by the age of the cohort; gone: those of it on who has moved away, None where all stay.
        active: person-years per area.
    """

    kernel: Line
    gone: Line | None
    active: AreaBlock


class EffectRows:
    """Where the rows of one intervention's effects come, and what they are about.

    Attributes:
        programme: its starters and deliveries; stated: the intervention; group: its target group.
        population: whether it reaches a population, that neither dies nor moves.
        grows: whether its places follow a group whose size changes.
        share, years, person_years: words for units.
    """

    def __init__(self, sheet: Sheet, areas: Areas, programme: ProgrammeCells) -> None:
        self.sheet, self.areas, self.programme, self.name = sheet, areas, programme, programme.name
        self.frame: Frame = areas.frame
        self.people: People = areas.people
        self.stated = programme.stated
        self.group = self.frame.spec.target_groups[self.stated.target_group]
        self.say, self.of = self.frame.say, self.frame.inputs.of
        self.population = self.stated.approach is Approach.POPULATION
        self.grows = programme.starting is not programme.starters
        self.share, self.years = self.say("deel", "share"), self.say("jaren", "years")
        self.person_years = self.say("persoonsjaren", "person-years")

    def rows(self, caption: Caption, content: AnArea) -> AreaBlock:
        """New rows, one per area of the intervention."""
        return self.areas.block(caption.below(self.name), self.programme.positions, content, self.sheet)

    def euros(self, key: str, label: str, content: AnArea, *, total: bool = False) -> AreaBlock:
        """Amounts per area."""
        return self.rows(Caption(key, label, total=total), content)

    def work(self, key: str, label: str, content: AnArea) -> AreaBlock:
        """Person-years per area."""
        return self.rows(Caption(key, label, self.person_years, "count"), content)

    def factor(self, key: str, label: str, unit: str, content: Expr) -> Line:
        """A row by the age of the cohort, or by the year."""
        return self.sheet.series(f"{self.name} {key}", label, unit, content, style="factor")

    def follow_up(self, effect: str) -> Line:
        """Years in which an effect was measured."""
        return self.frame.inputs.stated(f"interventions.{self.name}.effects.{effect}.time.follow_up_years")

    def after(self, key: str, follow_up: Expr) -> Line:
        """Years after the follow-up, by the age of the cohort."""
        label = self.say("jaren na de meting", "years after follow-up")
        return self.factor(f"{key} after", label, self.years, largest(self.frame.axis.index - follow_up, 0))

    def survival(self) -> Expr:
        """Part of the participants who live on, per year."""
        if self.population:
            return as_expr(1)
        return self.of(self.group.survival_per_year) if self.stated.life_years is None else self.survival_with()

    def survival_with(self) -> Expr:
        """The same where the intervention lets people live longer."""
        stated = self.stated.life_years
        assert stated is not None
        without, with_ = self.of(stated.survival_without_per_year), self.of(stated.survival_with_per_year)
        key = f"{self.name} survival with"
        if not self.sheet.has(key):
            label = self.say("overleving per jaar met interventie", "survival per year with it")
            content = without + self.frame.effect_scale * (with_ - without)
            self.sheet.line(key, label, self.share, content, style="share")
        return self.sheet.of(key)

    def stays(self, after: Line, key: str, unit: str) -> Line:
        """Part that still lives in the municipality, by the age of the cohort."""
        label = self.say("woont nog in de gemeente", "still lives there")
        return self.factor(key, label, unit, staying_in_cells(1 - self.of(self.group.moves_per_year), after))
