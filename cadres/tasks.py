"""The kinds of notices sent from the roster."""

from cadres.services.requests import DECIDED
from youthleague.kernel.notices import NoticeKind

NOTICES = (NoticeKind(DECIDED, "调入申请办结", "您提出的调入、增加兼任申请办结或者失效时。"),)
