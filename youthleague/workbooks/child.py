"""The throw-away process that parses one upload: argv is engine and path, answers are JSON lines on stdout.

With two more arguments it copies the sheet into a new workbook instead (see ``annotating``): plan and target.
"""

import importlib
import os
import sys
from typing import BinaryIO, NoReturn

from youthleague.workbooks.isolation import confine, peak_kb
from youthleague.workbooks.packing import Outlet
from youthleague.workbooks.refusals import WorkbookRefused

ENGINES = {
    "calamine": "youthleague.workbooks.xlsx_reading",
    "openpyxl": "youthleague.workbooks.xlsx_second_reading",
    "xlrd": "youthleague.workbooks.xls_reading",
    "csv": "youthleague.workbooks.csv_reading",
}
COPIER = "youthleague.workbooks.annotating"
FAILED, EXHAUSTED = 3, 4
COPY_SECONDS, COPY_BYTES = 60, 128 << 20


def main(engine: str, path: str, *copy: str) -> NoReturn:
    """Read ``path`` and exit; whatever a parser prints is lost on the way.

    The answer ends with the process, so that the parent sees its exit code with the end of the stream.
    """
    confine(path, **({"seconds": COPY_SECONDS, "file_bytes": COPY_BYTES} if copy else {}))
    outlet = Outlet(os.fdopen(os.dup(1), "wb"))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with open(path, "rb") as file:  # noqa: PTH123
        code = answer(engine, file, outlet, *copy)
    outlet.flush()
    os._exit(code)


def answer(engine: str, file: BinaryIO, outlet: Outlet, *copy: str) -> int:
    """Send what the engine reads, or copy it; a parser's panic is no ``Exception``, so everything is caught."""
    code = 0
    fact: dict[str, object] = {"done": True}
    try:
        read = importlib.import_module(ENGINES[engine]).read
        if copy:
            importlib.import_module(COPIER).copy_to(read, file, *copy)
        else:
            read(file, outlet)
    except WorkbookRefused as refused:
        fact = {"refused": refused.code, "places": refused.places}
    except MemoryError:
        code, fact = EXHAUSTED, {}
    except BaseException:  # noqa: BLE001 - pyo3 panics derive from BaseException
        code, fact = FAILED, {}
    outlet.send({**fact, "peak_kb": peak_kb()})
    return code


if __name__ == "__main__":
    main(*sys.argv[1:5])
