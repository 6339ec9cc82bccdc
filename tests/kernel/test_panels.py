"""Panels."""

from youthleague.kernel.panels import Panel


def test_a_panel_builds_its_context_or_nothing():
    panel = Panel("posts", "任职", "cadres/_posts.html", 10, lambda count: {"count": count} if count else None)
    assert panel.build(2) == {"count": 2}
    assert panel.build(0) is None
