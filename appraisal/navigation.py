"""What the appraisal adds to the navigation."""

from appraisal.access import DECIDE_LOW_RANK, ENDORSE, JUDGE, OWN, RATE, RECEIVE, VIEW
from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry(
        "年度考核",
        "appraisal",
        "clipboard-check",
        NavigationGroup.MECHANISM,
        10,
        permission=VIEW,
        short="考核",
        phone=True,
    ),
    NavigationEntry("我的考核", "appraisal-mine", "id-badge-2", NavigationGroup.MECHANISM, 15, permission=OWN),
    NavigationEntry(
        "责任书会签", "appraisal-endorse-pledges", "writing", NavigationGroup.MECHANISM, 16, permission=ENDORSE
    ),
    NavigationEntry(
        "述职报告审核", "appraisal-reviews", "report-search", NavigationGroup.MECHANISM, 17, permission=ENDORSE
    ),
    NavigationEntry(
        "连续靠后", "appraisal-low-ranks", "lock", NavigationGroup.MECHANISM, 18, permission=DECIDE_LOW_RANK
    ),
    NavigationEntry(
        "区综合考核", "appraisal-units", "building-community", NavigationGroup.MECHANISM, 19, permission=RATE
    ),
    NavigationEntry("述职打分", "judging", "pencil", NavigationGroup.MECHANISM, 20, permission=JUDGE),
    NavigationEntry("反馈函", "letters", "inbox", NavigationGroup.MECHANISM, 21, permission=RECEIVE),
)
