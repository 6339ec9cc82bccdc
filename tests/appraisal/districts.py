"""A 区综合考核 of the small district: two indicators typed, one computed; both townships are appraised."""

from datetime import date, timedelta

from appraisal.models import AppraisedUnit, DistrictAppraisal, UnitPoints
from appraisal.rules.district import ItemFacts
from appraisal.services.district.issuing import choose_units, issue_district, prepare_district, write_items
from appraisal.services.district.rating import OwnPoints, save_rating
from appraisal.services.district.scoring import GivenPoints, enter_points, feed_back, start_scoring
from linkage.models import TaskAssignment
from tests.appraisal.conftest import NOON, fresh, refused
from tests.appraisal.pledges import RATE_FIGURE
from tests.linkage.conftest import send
from youthleague.notices.models import Notice

ITEMS = (ItemFacts("基层组织建设", "每新建一个得 5 分", 40), ItemFacts("青年服务", "按开展次数计", 60))
COMPUTED = (ITEMS[0], ItemFacts("任务办结", "按办结率计", 60, RATE_FIGURE, 95_000))
AFTER = NOON + timedelta(days=6)  # when objections are over


def step(service, appraisal, by, at=NOON, **more):
    """Take a step at the present version."""
    row = fresh(appraisal)
    return service(appraisal=row, version=row.version, by=by, at=at, **more)


def prepare(cycle, district, staff, items=ITEMS):
    """Set one up with indicators and both townships."""
    row = prepare_district(cycle=cycle, by=staff, at=NOON)
    step(write_items, row, staff, items=items)
    units = [district.township_a.pk, district.township_b.pk]
    return step(choose_units, row, staff, organisations=units)


def issue(cycle, district, staff, items=ITEMS):
    """Issue one."""
    return step(issue_district, prepare(cycle, district, staff, items), staff)


def unit_of(appraisal, organisation):
    """Give a unit."""
    return AppraisedUnit.objects.select_related("appraisal__cycle").get(appraisal=appraisal, organisation=organisation)


def points_of(appraisal, organisation):
    """Give the points of a unit, by position of the indicator."""
    rows = UnitPoints.objects.select_related("item", "unit__appraisal__cycle")
    found = rows.filter(unit__appraisal=appraisal, unit__organisation=organisation)
    return {row.item.position: row for row in found}


def rate(appraisal, organisation, by, *points, is_final=True, ground="台账", at=NOON):
    """Keep the 自评 of a unit, in the order of the table; None leaves an indicator out."""
    unit, rows = unit_of(appraisal, organisation), points_of(appraisal, organisation)
    entries = {
        rows[number].item_id: OwnPoints(value, ground)
        for number, value in enumerate(points, start=1)
        if value is not None
    }
    return save_rating(unit=unit, version=unit.version, entries=entries, is_final=is_final, by=by, at=at)


def score(appraisal, by, given, at=NOON):
    """Give points: (organisation, position) → points, or points and reason."""
    entries = {}
    for (organisation, position), value in given.items():
        row = points_of(appraisal, organisation)[position]
        points, reason = value if isinstance(value, tuple) else (value, "")
        entries[row.unit_id, row.item_id] = GivenPoints(points, reason, row.version)
    return enter_points(appraisal=fresh(appraisal), given=entries, by=by, at=at)


def feed(cycle, district, staff, author):
    """Take one to 反馈异议: A rated itself, B did not."""
    row = issue(cycle, district, staff)
    rate(row, district.township_a, author, 38_000, 55_500)
    step(start_scoring, row, staff)
    a, b = district.township_a, district.township_b
    score(row, staff, {(a, 1): 38_000, (a, 2): (50_000, "次数不足"), (b, 1): 30_000, (b, 2): 40_050})
    return step(feed_back, row, staff)


def current():
    """Give the only one there is."""
    return DistrictAppraisal.objects.get()


def told():
    """List who was told what, in order."""
    return list(Notice.objects.filter(channel="inbox").order_by("pk").values_list("recipient__username", "title"))


def codes(call):
    """Give the codes with which entries are refused."""
    return {code for found in refused(call).values() for code in found}


def send_tasks(district, by, *, closed, running=0):
    """Send township A tasks that were due, some of them closed in time."""
    for number in range(closed + running):
        task = send(by, district.top, district.township_a, title=f"任务{number}")
        state = "closed" if number < closed else "running"
        parts = TaskAssignment.objects.filter(task=task)
        parts.update(due_on=date(2026, 10, 1), state=state, finished_on=date(2026, 10, 1))
