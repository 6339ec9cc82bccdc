"""Permissions of the appraisal."""

VIEW = "appraisal.view_year"  # the years of the own subtree: who is appraised, marks, results
KEEP = "appraisal.keep_cycle"  # prepare a year, draw who is appraised, enter results, exemptions and items
REVIEW = "appraisal.review_leader"  # 领导评鉴
SCORE = "appraisal.score_staff"  # 机关干事赋分
DECIDE = "appraisal.decide_items"  # approve what somebody else entered, decide about ties
ROLL_UP = "appraisal.roll_up"
ENDORSE = "appraisal.endorse"  # 同级党（工）委: countersign pledges and look through reports of its own 街乡
OWN = "appraisal.own_year"  # 我的考核: what is kept about oneself, whichever account one uses
REMARK = "appraisal.write_remark"  # 评语 on somebody's year
# 连续靠后: leaders decide, and name the one of the office who keeps a case; holding the second opens no case by itself.
DECIDE_LOW_RANK = "appraisal.decide_low_rank"
KEEP_LOW_RANK = "appraisal.keep_low_rank"
RATE = "appraisal.rate_unit"  # 区综合考核: 自评 and 异议 for the own unit
JUDGE = "appraisal.judge_meeting"  # mark at a 述职会 of which one is a judge
RECEIVE = "appraisal.receive_letters"  # 反馈函: 同级党（工）委 its own, 区委组织部 the summary and copies
