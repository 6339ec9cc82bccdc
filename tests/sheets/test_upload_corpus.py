"""Odd and hostile files through the upload page and the command: an import or one sentence, and both ways agree.

``PROFILE=full`` takes the whole corpus, also the one beside the project; the usual run some of the project's own.
"""

import pytest

from orgs.models import Organisation
from scripts.corpus import FAULT, SAME, try_file
from scripts.corpus_page import page_outcome
from tests.effort import FULL
from tests.factories import make_cadre, make_user
from tests.workbooks.builders import save
from tests.workbooks.essentials import ESSENTIALS, Essential
from tests.workbooks.test_corpus import others

pytestmark = [pytest.mark.django_db, pytest.mark.corpus, pytest.mark.usefixtures("plain_static_files")]
EVERY = 6
EMPTY = Essential("zero_bytes.xlsx", bytes, "file.empty")
CASES = [EMPTY, *ESSENTIALS, *others()] if FULL else [EMPTY, *ESSENTIALS[::EVERY]]


@pytest.fixture
def keeper(district):
    """An account that keeps the whole district, in which somebody is on the roster already."""
    make_cadre(district.village_b1)
    return make_user("district_staff", district.top, "keeper")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_file_ends_alike_on_the_page_and_by_the_command(case, keeper, tmp_path):
    path = save(tmp_path, case.name.replace("/", "_"), case.make())
    before = list(Organisation.objects.values())
    trial = try_file(path, case.name, keeper.username)
    assert trial.page == SAME
    assert trial.verdict != FAULT, trial
    assert list(Organisation.objects.values()) == before


def test_a_page_that_ends_otherwise_is_told(keeper, tmp_path):
    path = save(tmp_path, "a.xlsx", ESSENTIALS[0].make())
    answer = {"state": "failed", "code": "file.pdf", "rows": 0, "message": "这是 PDF 文件。"}
    assert page_outcome(path, keeper.username, answer) != SAME
