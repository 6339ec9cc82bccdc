"""What the world of the contract holds of the appraisal; no page shows any of it yet."""

from datetime import date, time

from django.db import connection

from appraisal.models import (
    Adjustment,
    Appeal,
    AppraisalCycle,
    AppraisedUnit,
    BallotBox,
    BallotComment,
    BallotTally,
    BoxPerson,
    BoxVoter,
    Calibration,
    CapDecision,
    ChecklistItem,
    Checklists,
    ComponentPool,
    ContestOccasion,
    ContestRound,
    DebriefMeeting,
    DebriefReport,
    DistrictAppraisal,
    DistrictAppraisalItem,
    DistrictResult,
    DistrictRollUp,
    Exemption,
    FeedbackLetter,
    GroupRater,
    HandlingMeasure,
    LedgerEntry,
    LetterPerson,
    LetterSeries,
    LetterStep,
    LowRankCase,
    MeetingJudge,
    MeetingMark,
    MeetingSpeaker,
    PanelMark,
    Participant,
    PeriodMark,
    PledgeChange,
    PledgeGoal,
    PledgeStep,
    Publication,
    Remark,
    ResponsibilityPledge,
    ResultSheet,
    ResultUsage,
    RollUp,
    RoundMark,
    Scorecard,
    Seal,
    SealedCard,
    UnitObjection,
    UnitPoints,
    Veto,
    VotingCode,
    YouthBallot,
)
from appraisal.services.cycles import prepare_cycle
from cadres.models import Cadre
from cadres.services.grades import GradeFact, GradeSource, record_year_grade
from orgs.models import Organisation, User
from tests.audit_flush import lifted
from tests.contract.records import NEUTRAL
from tests.factories import NOW


def make_year(staff: User, today: date) -> None:
    """Appraise everybody who holds a post, with a row of every kind about each."""
    cycle = prepare_cycle(year=today.year, by=staff, at=NOW)
    by, group = User.objects.get(username=NEUTRAL), cycle.groups.first()
    roll_up = RollUp.objects.create(
        group=group, version=1, digest="0" * 64, people=1, ranked=1, incomplete=0, calculated_at=NOW
    )
    Publication.objects.create(
        cycle=cycle, number=1, first_day=today, last_day=today, people=1, published_by=by, published_at=NOW
    )
    GroupRater.objects.create(group=group, component=1, rater=by)
    CapDecision.objects.create(
        group=group, total=90_000, places=1, members=[], chosen=[], reason="理由", decided_by=by, decided_at=NOW
    )
    pool = ComponentPool.objects.get(component__group=group, ballot_class="youth")
    box = BallotBox.objects.create(
        cycle=cycle, pool=pool, title="青年议", state="open", opens_on=today, closes_on=today, codes_count=1
    )
    VotingCode.objects.create(box=box, mark="k1:" + "0" * 64, is_used=True)
    YouthBallot.objects.create(box=box, key="0" * 32, choices={})
    BallotComment.objects.create(box=box, key="1" * 32, text="意见")
    _make_boxes(cycle, ComponentPool.objects.get(component__group=group, ballot_class="a"), today)
    _rate_units(cycle, by)
    meeting = DebriefMeeting.objects.create(
        cycle=cycle, title="述职会", day=today, starts_at=time(14), place="会议室", minutes=8, state="running"
    )
    marks = {"code_mark": "k1:" + "2" * 64, "pass_mark": "k1:" + "3" * 64}
    MeetingJudge.objects.create(meeting=meeting, ballot_class="judges", name="评委", unit="单位", **marks)
    for held in ContestRound.objects.filter(component__group=group):
        ContestOccasion.objects.create(round=held, day=today, place="礼堂")
    everybody = Cadre.objects.filter(appointments__ended_on=None).distinct()
    for cadre in everybody:
        _use(_appraise(cycle, cadre, roll_up, by), staff, by)
    facts = [GradeFact(cadre.pk, 1, group.name) for cadre in everybody]
    record_year_grade(year=today.year - 1, facts=facts, source=GradeSource(1, "纪要"), by=by, at=NOW)
    _ask(cycle)
    with lifted(connection):  # past the service, which would have locked the year
        _seal(cycle, staff, by)
    _send_letters(cycle, by, today)


def _send_letters(cycle: AppraisalCycle, by: User, today: date) -> None:
    """Send every 街乡 a letter that names its people, and the summary of all."""
    LetterSeries.objects.create(year=today.year, word="团区函", first=1, last=9)
    cards = list(SealedCard.objects.filter(seal__cycle=cycle).select_related("participant__cadre"))
    units = Organisation.objects.filter(level__in=["district", "township"]).order_by("lineage")
    for number, unit in enumerate(units, start=1):
        letter = FeedbackLetter.objects.create(
            cycle=cycle,
            seal=cards[0].seal,
            kind="committee" if unit.parent_id else "summary",
            organisation=unit,
            lineage=unit.lineage,
            addressee="主送",
            suggestion="建议",
            state="delivered",
            word="团区函",
            number_year=today.year,
            number=number,
            signed_on=today,
            signed_by=by,
            delivered_on=today,
            way="portal",
            receiver="签收人",
            opinion="意见",
        )
        LetterStep.objects.create(letter=letter, act="draft", by=by, at=NOW, reason="说明")
        LetterPerson.objects.bulk_create(
            LetterPerson(letter=letter, card=one, name=one.participant.cadre.name, post="职务", group="考评组")
            for one in cards
            if one.participant.lineage.startswith(unit.lineage)
        )


def _seal(cycle: AppraisalCycle, staff: User, by: User) -> None:
    """Lock the year and reopen it: its other rows may still be written."""
    people = list(cycle.participants.all())
    marks = {"previous_mark": "k1:" + "0" * 64, "mark": "k1:" + "1" * 64}
    asked = {"reason": "理由", "asked_by": by, "asked_at": NOW, "confirmed_by": staff, "confirmed_at": NOW}
    approved = {"version": 1, "minutes_number": "纪要甲", "people": len(people), "content": "{}"}
    sealed = {"head_mark": marks["mark"], "sealed_at": NOW, "sealed_by": by, "state": "reopened"}
    seal = Seal.objects.create(cycle=cycle, **approved, **sealed, **asked, **marks)
    SealedCard.objects.bulk_create(
        SealedCard(
            seal=seal,
            number=number,
            participant=one,
            standing="ranked",
            total=90_000,
            rank=1,
            grade=1,
            code=f"{number:026d}",
            content="{}",
            **marks,
        )
        for number, one in enumerate(people, start=1)
    )


def _ask(cycle: AppraisalCycle) -> None:
    """Ask every account about everybody."""
    people = list(cycle.participants.values_list("pk", flat=True))
    box = cycle.boxes.get(mode="named", state="open")
    asked = User.objects.exclude(username=NEUTRAL)
    BoxVoter.objects.bulk_create(BoxVoter(box=box, voter=one, rates=people, comment="意见") for one in asked)


def _make_boxes(cycle: AppraisalCycle, pool: ComponentPool, today: date) -> None:
    """Draw up what the pages of a box by link, of a consultation and of comments are about, numbered from 2."""
    days = {"cycle": cycle, "opens_on": today, "closes_on": today}
    for state in ("open", "draft"):
        BallotBox.objects.create(**days, pool=pool, title="党政评", state=state, mode="named")
    shared = BallotBox.objects.create(**days, title="意见征集", state="open", mode="consultation", shared_code="0" * 26)
    VotingCode.objects.create(box=shared, mark="k1:" + "1" * 64)
    closed = BallotBox.objects.create(**days, pool=pool, title="青年议", state="closed", ballots_count=9)
    BallotComment.objects.create(box=closed, key="2" * 32, text="意见", screening="withheld", reason="理由")


def _appraise(cycle: AppraisalCycle, cadre: Cadre, roll_up: RollUp, by: User) -> Participant:
    post = cadre.appointments.filter(ended_on=None).first()
    person = Participant.objects.create(
        cycle=cycle,
        group=roll_up.group,
        cadre=cadre,
        appointment=post,
        league_post=post.league_post,
        organisation=post.organisation,
        lineage=post.organisation.lineage,
        months=12,
        standing="ranked",
    )
    _mark(person, by)
    _gather(cycle, person, by)
    card = Scorecard.objects.create(
        roll_up=roll_up, participant=person, group=roll_up.group, adjustment=0, standing="ranked", total=90_000, rank=1
    )
    _review(card, by)
    return person


def _gather(cycle: AppraisalCycle, person: Participant, by: User) -> None:
    """Put somebody into boxes and a meeting, and enter facts, lists, a report and perhaps a pledge."""
    cadre = person.cadre
    for box in cycle.boxes.all():
        BoxPerson.objects.create(box=box, participant=person, position=cadre.pk % 10_000)
    meeting = cycle.meetings.get()
    speaker = MeetingSpeaker.objects.create(meeting=meeting, participant=person, position=cadre.pk % 10_000)
    MeetingMark.objects.create(speaker=speaker, judge=meeting.judges.get(), mark=90_000)
    Exemption.objects.create(participant=person, component=6, reason="理由", granted_by=by, granted_at=NOW)
    entered = {"participant": person, "reason": "理由", "entered_by": by, "entered_at": NOW}
    Adjustment.objects.create(**entered, value=1_000)
    Veto.objects.create(**entered, kind=cycle.veto_kinds.first())
    LedgerEntry.objects.create(
        participant=person, day=NOW.date(), kind="positive", text="记实", entered_by=by, entered_at=NOW
    )
    Remark.objects.create(participant=person, version=1, text="评语", written_by=by, written_at=NOW)
    written = {"participant": person, "written_by": by, "written_at": NOW}
    Checklists.objects.create(**written, state="submitted", reason="理由")
    item = {"participant": person, "number": 1, "basis": "依据", "responsible": "责任人", "evidence": "佐证"}
    for kind in ("strength", "shortcoming", "plan"):
        ChecklistItem.objects.create(**item, kind=kind, content="内容", outcome_note="说明")
    DebriefReport.objects.create(
        **written, state="review", highlights="亮点", gaps="不足", measures="计划", opinion="意见"
    )
    if cadre.pk % 3:  # the others have none yet
        _pledge(person, by)


def _use(person: Participant, staff: User, by: User) -> None:
    """Use somebody's results, and open a case of low ranks about them; what is encrypted is told apart by its words."""
    entered = {"participant": person, "entered_by": by, "entered_at": NOW}
    ResultUsage.objects.create(**entered, kind="award", title="评优", document_number="1号", grade=1, reason="说明")
    texts = (f"{word}{person.pk:07d}" for word in ("拟办", "会商", "决定", "办结", "谈话", "要求", "表态", "复查"))
    plan, opinion, decision, closing, content, demands, statement, result = texts
    case = LowRankCase.objects.create(
        participant=person,
        step=1,
        title="谈话提醒",
        years=[{"year": person.cycle.year, "rank": 9, "size": 9}],
        proposed_at=NOW,
        state="followed" if person.pk % 2 else "consulted",
        keeper=staff,
        plan=plan,
        consulted_with="党委",
        consulted_on=NOW.date(),
        opinion=opinion,
        measure="谈话提醒",
        document_number="2号",
        decision=decision,
        decided_by=by,
        decided_at=NOW,
        closing_reason=closing,
    )
    HandlingMeasure.objects.create(
        case=case,
        title="谈话提醒",
        talked_by="书记",
        held_on=NOW.date(),
        place="会议室",
        content=content,
        demands=demands,
        due_on=NOW.date(),
        statement=statement,
        result=result,
        entered_by=by,
        entered_at=NOW,
    )


def _review(card: Scorecard, by: User) -> None:
    """Let somebody's grade have been changed, and let them have objected."""
    Calibration.objects.create(
        participant=card.participant, roll_up=card.roll_up, before=1, after=2, reason="理由", made_by=by, made_at=NOW
    )
    Appeal.objects.create(
        participant=card.participant,
        publication=Publication.objects.get(),
        text="异议",
        answer="答复",
        filed_by=by,
        filed_at=NOW,
        before=card,
    )


def _mark(person: Participant, by: User) -> None:
    """Give somebody a mark and a result of every kind."""
    pools = ComponentPool.objects.filter(component__group=person.group)
    marked = {"participant": person, "mark": 90_000}
    PeriodMark.objects.create(**marked, component=1, period=1, dimension=1, rater=by, reason="理由", marked_at=NOW)
    BallotTally.objects.create(participant=person, pool=pools.get(ballot_class="a"), option=1, count=3)
    PanelMark.objects.create(**marked, pool=pools.get(ballot_class="judges"), sheet=1)
    RoundMark.objects.create(**marked, round=ContestRound.objects.filter(component__group=person.group).first())
    ResultSheet.objects.create(
        participant=person,
        pool=pools.get(ballot_class="a"),
        issued=3,
        collected=3,
        valid=3,
        entered_by=by,
        entered_at=NOW,
    )


def _pledge(person: Participant, by: User) -> None:
    """Give somebody a pledge with a row of every kind; that of a secretary waits for the 同级党（工）委."""
    state = "countersigning" if person.league_post == "secretary" else "draft"
    words = {"duties": "职责", "promises": "承诺", "rewards": "奖惩"}
    pledge = ResponsibilityPledge.objects.create(participant=person, state=state, **words)
    said = {"content": "目标", "measure": "指标", "lead": "牵头", "support": "配合", "evidence": "佐证", "note": "说明"}
    PledgeGoal.objects.create(
        pledge=pledge,
        position=1,
        category="team",
        target=1_000,
        unit="个",
        weight=100,
        due_on=date(person.cycle.year, 12, 1),
        evaluator="评定",
        **said,
    )
    step = PledgeStep.objects.create(pledge=pledge, act="draft", by=by, at=NOW, reason="理由")
    PledgeChange.objects.create(pledge=pledge, step=step, number=1, what="目标值", before="1", after="2")


def _rate_units(cycle: AppraisalCycle, by: User) -> None:
    """Let the townships be appraised by the district: told what they got, with an objection that waits."""
    day = NOW.date()
    whole = DistrictAppraisal.objects.create(
        cycle=cycle, state="objections", weight=1_000, base=1, issued_on=day, fed_back_on=day, last_day=day
    )
    item = DistrictAppraisalItem.objects.create(appraisal=whole, position=1, title="指标", how="办法", maximum=100)
    roll_up = DistrictRollUp.objects.create(
        appraisal=whole, version=1, digest="0" * 64, units=1, incomplete=0, calculated_at=NOW
    )
    for one in Organisation.objects.filter(level="township", state="active"):
        unit = AppraisedUnit.objects.create(appraisal=whole, organisation=one, name=one.name, lineage=one.lineage)
        points = UnitPoints.objects.create(
            unit=unit, item=item, own=90_000, ground="依据", points=80_000, reason="理由", scored_by=by
        )
        UnitObjection.objects.create(
            points=points, text="异议", raised_by=by, raised_at=NOW, before=80_000, answer="答复"
        )
        DistrictResult.objects.create(roll_up=roll_up, unit=unit, own=90_000, score=80_000, converted=8_000)
