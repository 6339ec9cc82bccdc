"""What visitors put after the question mark of a list: searches, orders and pages, sound ones and others."""

from tests.contract.canaries import PREFIX

SEARCHES = (f"?q={PREFIX}", f"?q={PREFIX.lower()}", "?q=%00", f"?q={'x' * 300}")
LISTING = (*SEARCHES, "?sort=-name", "?sort=nothing", "?page=2", "?page=-1", "?page=99999999999999999999", "?page=x")
