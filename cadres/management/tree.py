"""The tree of the demonstration district: which organisations there are, of what kind, elected when."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from cadres.management import places
from cadres.management.township import NAME, QINGHE_UNITS, QINGHE_VILLAGES
from orgs.choices import Formation, Level, OrganisationKind, Sector, TownshipKind, VillageKind
from orgs.rules import has_term
from youthleague.kernel.dates import add_months, add_years

FOUNDED = date(2015, 6, 1)
TOWNSHIP_TITLES = {TownshipKind.SUBDISTRICT: "街道", TownshipKind.TOWN: "镇", TownshipKind.TOWNSHIP: "乡"}
SUFFIXES = {
    OrganisationKind.COMMITTEE: "团委",
    OrganisationKind.WORK_COMMITTEE: "团工委",
    OrganisationKind.GENERAL_BRANCH: "团总支",
    OrganisationKind.BRANCH: "团支部",
}


@dataclass(slots=True, eq=False)
class Unit:
    """An organisation to be; key and lineage come when it is written."""

    name: str
    parent: "Unit | None"
    kind: OrganisationKind
    level: Level = Level.UNIT
    sector: Sector = Sector.OTHER
    short_name: str = ""
    township_kind: str = ""
    village_kind: str = ""
    is_joint: bool = False
    is_temporary: bool = False
    is_student: bool = False
    founded_on: date = FOUNDED
    elected_on: date | None = None
    term_years: int | None = None
    term_ends_on: date | None = None
    member_count: int = 0
    youth_count: int = 0
    code: str = ""
    former_name: str = ""
    former_parent: "Unit | None" = None
    changed_on: date | None = None
    pk: int = 0
    lineage: str = ""
    children: int = field(default=0)

    @property
    def formation(self) -> str:
        """Say how the unit was formed."""
        return Formation.JOINT if self.is_joint else Formation.SINGLE


class Grower:
    """Grows the tree, parents first: townships, villages, the systems of the district, then units of townships."""

    def __init__(self, rng: random.Random, day: date, district: str) -> None:
        self.rng, self.day = rng, day
        self.units: list[Unit] = []
        self._district = district
        self._villages = iter(self._village_names())
        self._communities = iter(rng.sample(places.COMMUNITIES, len(places.COMMUNITIES)))
        self._firms = iter(self._firm_names())

    def grow(self, organisations: int) -> list[Unit]:
        """Give that many organisations, of them 15 townships and 200 villages and communities."""
        top = self._add("", None, OrganisationKind.LEADING_BODY, level=Level.DISTRICT, sector=Sector.PARTY_GOVERNMENT)
        top.name, top.short_name = f"共青团{self._district}委员会", "团区委"
        townships = [self._township(top, name, kind) for name, kind in _townships()]
        self._qinghe(townships[0])
        self._villages_of(townships[1:], 200 - len(QINGHE_VILLAGES))
        self._systems(top)
        self._units_of(townships[1:], organisations - len(self.units))
        self._remember_changes()
        return self.units

    def _township(self, top: Unit, name: str, kind: TownshipKind) -> Unit:
        title = name + TOWNSHIP_TITLES[kind]
        is_street = kind == TownshipKind.SUBDISTRICT
        league = OrganisationKind.WORK_COMMITTEE if is_street else OrganisationKind.COMMITTEE
        unit = self._add(title, top, league, level=Level.TOWNSHIP, township_kind=kind)
        unit.member_count, unit.youth_count = self.rng.randint(600, 1800), self.rng.randint(4000, 11000)
        return unit

    def _qinghe(self, township: Unit) -> None:
        """Add what stands under 青禾街道, of which the design's pages tell."""
        township.member_count, township.youth_count = 1284, 7930
        for name, left in QINGHE_VILLAGES:
            self._village(township, name).elected_on = add_years(self.day + timedelta(days=left), -3)
        for one in QINGHE_UNITS:
            unit = self._branch(one.name, township, one.sector, one.kind)
            unit.is_joint = "联合" in one.name
            unit.short_name = one.short_name or unit.short_name
            unit.is_temporary = "志愿服务队" in one.name
            unit.elected_on = None if unit.is_temporary else _elected_before_end(one.kind, self.day, one.left)

    def _villages_of(self, townships: list[Unit], count: int) -> None:
        for number in range(count):
            township = townships[number % len(townships)]
            self._village(township, self._village_name(township, number // len(townships)))

    def _village_name(self, township: Unit, turn: int) -> str:
        """Name the next unit: in a 街道 nearly all are communities, in a 镇 a few, in a 乡 none."""
        is_urban = {
            TownshipKind.SUBDISTRICT: turn not in {5, 11},
            TownshipKind.TOWN: turn in {0, 4, 9},
            TownshipKind.TOWNSHIP: False,
        }
        if is_urban[TownshipKind(township.township_kind)]:
            return f"{next(self._communities)}社区"
        return f"{next(self._villages)}村"

    def _village(self, township: Unit, name: str) -> Unit:
        is_urban = name.endswith("社区")
        large = not township.name.startswith(NAME) and self.rng.random() < 0.06
        unit = self._add(
            name,
            township,
            OrganisationKind.GENERAL_BRANCH if large else OrganisationKind.BRANCH,
            level=Level.VILLAGE,
            village_kind=VillageKind.COMMUNITY if is_urban else VillageKind.VILLAGE,
            sector=Sector.URBAN_COMMUNITY if is_urban else Sector.COUNTRYSIDE,
        )
        unit.member_count, unit.youth_count = self.rng.randint(18, 160), self.rng.randint(120, 900)
        return unit

    def _systems(self, top: Unit) -> None:
        """Add organs, schools, hospitals, enterprises and new fields that stand under the district itself."""
        organs = self._system(top, "区直机关", Sector.PARTY_GOVERNMENT)
        for name in places.ORGANS:
            self._branch(name, organs, Sector.PARTY_GOVERNMENT)
        self._branch("区公安局", organs, Sector.PARTY_GOVERNMENT, OrganisationKind.COMMITTEE)
        self._schools(self._system(top, "区教育系统", Sector.OTHER))
        self._hospitals(self._system(top, "区卫生健康系统", Sector.OTHER))
        self._state_enterprises(self._system(top, "区国资系统", Sector.OTHER))
        zone = self._system(top, "经济开发区", Sector.OTHER)
        for _ in range(12):
            self._branch(next(self._firms), zone, Sector.PRIVATE_ENTERPRISE)
        emerging = self._system(top, "区新兴领域", Sector.OTHER)
        for name in places.EMERGING:
            unit = self._branch(name.removesuffix("团支部"), emerging, Sector.SOCIAL_ORGANISATION)
            unit.name, unit.is_joint = name, "联合" in name
        self._branch("区青年志愿者协会", top, Sector.SOCIAL_ORGANISATION)
        self._branch("区青年企业家协会", top, Sector.SOCIAL_ORGANISATION)

    def _system(self, top: Unit, name: str, sector: Sector) -> Unit:
        return self._add(name, top, OrganisationKind.WORK_COMMITTEE, sector=sector)

    def _schools(self, system: Unit) -> None:
        sectors = (
            Sector.SENIOR_HIGH_SCHOOL,
            Sector.SENIOR_HIGH_SCHOOL,
            Sector.VOCATIONAL_SCHOOL,
            Sector.JUNIOR_HIGH_SCHOOL,
        )
        for (name, years, classes), sector in zip(places.SCHOOLS, sectors, strict=True):
            school = self._branch(name, system, sector, OrganisationKind.COMMITTEE)
            for year in years.split():
                for number in range(1, classes + 1):
                    branch = self._branch(f"{name}{year}（{number}）班", school, sector)
                    branch.is_student, branch.short_name = True, f"{year}（{number}）班"
                    branch.elected_on = self._term_began()
        for name, sector in (
            ("区实验小学", Sector.PRIMARY_SCHOOL),
            ("区特殊教育学校", Sector.PRIMARY_SCHOOL),
            ("区机关幼儿园", Sector.PUBLIC_INSTITUTION),
        ):
            self._branch(name, system, sector)

    def _hospitals(self, system: Unit) -> None:
        hospital = self._branch("区人民医院", system, Sector.PUBLIC_INSTITUTION, OrganisationKind.COMMITTEE)
        for ward in places.HOSPITAL_WARDS:
            self._branch(f"区人民医院{ward}", hospital, Sector.PUBLIC_INSTITUTION)
        self._branch("区中医院", system, Sector.PUBLIC_INSTITUTION, OrganisationKind.GENERAL_BRANCH)
        for name in ("区妇幼保健院", "区疾病预防控制中心", "区急救站"):
            self._branch(name, system, Sector.PUBLIC_INSTITUTION)

    def _state_enterprises(self, system: Unit) -> None:
        group = self._branch("区城市建设投资集团", system, Sector.STATE_ENTERPRISE, OrganisationKind.COMMITTEE)
        for name in ("工程公司", "置业公司", "机关"):
            self._branch(f"区城市建设投资集团{name}", group, Sector.STATE_ENTERPRISE)
        for name in places.STATE_ENTERPRISES:
            self._branch(name, system, Sector.STATE_ENTERPRISE)

    def _units_of(self, townships: list[Unit], count: int) -> None:
        makers = {township.name: self._township_units(township) for township in townships}
        for number in range(count):
            next(makers[townships[number % len(townships)].name])

    def _township_units(self, township: Unit) -> Iterator[Unit]:
        """Add unit after unit to a township: its public ones first, then enterprises without end."""
        place = township.short_name.removesuffix("街道").removesuffix("镇").removesuffix("乡")
        yield self._branch(f"{place}小学", township, Sector.PRIMARY_SCHOOL)
        yield self._branch(f"{place}卫生院", township, Sector.PUBLIC_INSTITUTION)
        yield self._branch(f"{place}中学教工", township, Sector.JUNIOR_HIGH_SCHOOL)
        joint = self._branch(f"{place}{self.rng.choice(places.JOINT)}", township, Sector.PRIVATE_ENTERPRISE)
        joint.is_joint = True
        yield joint
        yield self._branch(f"{place}{self.rng.choice(places.SOCIAL)}", township, Sector.SOCIAL_ORGANISATION)
        yield self._branch(f"{place}派出所", township, Sector.PARTY_GOVERNMENT)
        temporary = self._branch(f"{place}返乡大学生临时", township, Sector.OTHER)
        temporary.is_temporary, temporary.elected_on = True, None
        yield temporary
        while True:
            yield self._branch(next(self._firms), township, Sector.PRIVATE_ENTERPRISE)

    def _branch(
        self, name: str, parent: Unit, sector: Sector, kind: OrganisationKind = OrganisationKind.BRANCH
    ) -> Unit:
        unit = self._add(name, parent, kind, sector=sector)
        unit.member_count, unit.youth_count = self.rng.randint(4, 60), self.rng.randint(12, 200)
        return unit

    def _add(self, name: str, parent: Unit | None, kind: OrganisationKind, **fields: object) -> Unit:
        full = name if name.endswith(tuple(SUFFIXES.values())) else f"{name}{SUFFIXES.get(kind, '')}"
        unit = Unit(full, parent, kind, short_name=name[:25] if name != full else "", **fields)  # type: ignore[arg-type]
        unit.founded_on = FOUNDED + timedelta(days=self.rng.randint(0, 2200))
        unit.code = "990101"
        if parent is not None:
            parent.children += 1
            unit.code = f"{parent.code}.{parent.children:03d}"
        unit.elected_on = self._elected_on(unit)
        unit.founded_on = min(unit.founded_on, unit.elected_on or unit.founded_on)
        self.units.append(unit)
        return unit

    def _elected_on(self, unit: Unit) -> date | None:
        """Choose the last election such that most terms run, some end soon, and a few are overdue."""
        if not has_term(unit.kind):
            return None
        years = 3 if unit.kind in {OrganisationKind.BRANCH, OrganisationKind.GENERAL_BRANCH} else 5
        months = self.rng.choices((self.rng.randint(1, years * 12 - 7), years * 12 - 3, years * 12 + 3), (86, 9, 5))[0]
        overdue = self.rng.random() < 0.02
        day = add_months(self.day, -(years * 12 + 14 if overdue else months))
        return day - timedelta(days=self.rng.randint(0, 20))

    def _term_began(self) -> date:
        """Give the election of a class: last September, for a few forgotten ones the September before."""
        september = date(self.day.year - (self.day.month < 10), 9, 12)
        return add_years(september, -1 if self.rng.random() < 0.08 else 0) + timedelta(days=self.rng.randint(0, 10))

    def _remember_changes(self) -> None:
        """Give some units a past: a village that became a community, an enterprise that changed its superior."""
        changed = date(self.day.year - 2, 11, 1)
        communities = [unit for unit in self.units if unit.village_kind == VillageKind.COMMUNITY and _is_far(unit)]
        for unit in self.rng.sample(communities, 4):
            unit.former_name = f"{unit.short_name.removesuffix('社区')}村{SUFFIXES[unit.kind]}"
            unit.changed_on = changed
        township = next(unit for unit in self.units if unit.level == Level.TOWNSHIP and _is_far(unit))
        zone = next(unit for unit in self.units if unit.short_name == "经济开发区")
        for unit in [unit for unit in self.units if unit.parent is zone][:2]:
            unit.former_parent, unit.changed_on = township, changed

    def _village_names(self) -> list[str]:
        own = {name for name, _left in QINGHE_VILLAGES}
        names = [head + tail for head in places.VILLAGE_HEADS for tail in places.VILLAGE_TAILS]
        names = [name for name in dict.fromkeys(names) if f"{name}村" not in own]
        return self.rng.sample(names, len(names))

    def _firm_names(self) -> list[str]:
        names = [f"{brand}{trade}有限公司" for brand in places.BRANDS for trade in places.TRADES]
        return self.rng.sample(names, len(names))


def _elected_before_end(kind: OrganisationKind, day: date, left: int) -> date:
    """Give the election of a term that ends in so many days."""
    return add_years(day + timedelta(days=left), -5 if kind == OrganisationKind.COMMITTEE else -3)


def _is_far(unit: Unit) -> bool:
    """Tell whether a unit stands neither at nor below 青禾街道, whose past the roster files must not disturb."""
    return not unit.name.startswith(NAME) and not (unit.parent and unit.parent.name.startswith(NAME))


def _townships() -> Iterator[tuple[str, TownshipKind]]:
    yield from ((name, TownshipKind.SUBDISTRICT) for name in places.SUBDISTRICTS)
    yield from ((name, TownshipKind.TOWN) for name in places.TOWNS)
    yield from ((name, TownshipKind.TOWNSHIP) for name in places.TOWNSHIPS)
