"""Every reason for which a spreadsheet is refused, each with its one Chinese sentence."""

from collections.abc import Mapping

SAVE_AS = "请在 Excel 或 WPS 中打开原表，点“文件—另存为”，保存类型选“Excel 工作簿（*.xlsx）”，再上传新文件。"
TRIM = "请在 Excel 或 WPS 中删去%s，另存为 .xlsx 后再上传。"
UNSAFE = "为安全起见不予读取；" + SAVE_AS
FIX = "请在 Excel 或 WPS 中核对并改正，另存为 .xlsx 后再上传。"
COPY = "请把需要导入的内容复制到一个新建的表格中，保存为 .xlsx 后再上传。"

SENTENCES: Mapping[str, str] = {
    # the file as a whole
    "file.empty": "这是一个 0 字节的空文件，可能是上传或复制时中断了，请重新选择原文件上传。",
    "file.too_large": "文件有 %(megabytes)s MB，超过 10 MB 的上限；" + TRIM % "图片和无关的工作表",
    "file.lock": "这是打开表格时自动生成的临时锁文件（~$ 开头），不是表格，请关闭表格后选择不带 ~$ 的同名文件上传。",
    "file.html": "这是改了扩展名的网页文件（不少系统导出的“.xls”其实是网页）；" + SAVE_AS,
    "file.xml": "这是 XML 格式的表格（XML 表格 2003），暂不支持；" + SAVE_AS,
    "file.pdf": "这是 PDF 文件，不是电子表格，请上传原来的 Excel 或 WPS 表格（.xlsx）。",
    "file.word": "这是 Word 文档，不是电子表格，请把其中的表格复制到 Excel 或 WPS 表格中，另存为 .xlsx 后再上传。",
    "file.powerpoint": "这是 PowerPoint 演示文稿，不是电子表格，请上传 .xlsx 格式的表格。",
    "file.program": "这是可执行程序，不是电子表格，为安全起见已拒绝，请上传 .xlsx 格式的表格。",
    "file.image": "这是图片，不是电子表格，请上传原来的 Excel 或 WPS 表格（.xlsx）。",
    "file.archive": "这是压缩包，不是电子表格，请先解压，再上传其中的 .xlsx 表格。",
    "file.macros": "文件含有宏（.xlsm 或带宏的工作簿），" + UNSAFE,
    "file.xlsb": "这是二进制工作簿（.xlsb），暂不支持；" + SAVE_AS,
    "file.ods": "这是 OpenDocument 表格（.ods），暂不支持；" + SAVE_AS,
    "file.wps": "这是 WPS 专有格式（.et 或 .wps），暂不支持；" + SAVE_AS,
    "file.numbers": "这是苹果 Numbers 表格，暂不支持，请在 Numbers 中点“文件—导出为—Excel”，格式选 .xlsx 后再上传。",
    "file.encrypted": "文件设有打开密码，无法读取，请在 Excel 或 WPS 中取消密码，另存为 .xlsx 后再上传。",
    "file.unknown": "无法识别这个文件的格式，只支持 .xlsx、.xls 和 .csv；" + SAVE_AS,
    "file.not_workbook": "文件里没有工作簿，不是有效的 .xlsx；" + SAVE_AS,
    "file.damaged": "文件已损坏或没有下载完整，请重新取得原文件；如能在 Excel 中打开，请另存为 .xlsx 后再上传。",
    # the archive inside an .xlsx
    "archive.prefix": "文件开头或末尾夹带了不属于表格的内容，" + UNSAFE,
    "archive.members": "文件内部的成员过多（超过 2000 个）；" + TRIM % "图片和控件",
    "archive.size": "文件解压后过大（总计超过 100 MB，或单个部分超过 60 MB）；" + TRIM % "无关的工作表和多余的格式",
    "archive.ratio": "文件解压后过大（膨胀超过 200 倍）；" + TRIM % "大片带格式的空白单元格",
    "archive.overlap": "文件内部的成员互相重叠，或目录与内容不符，" + UNSAFE,
    "archive.duplicate": "文件内部有重名的成员，不同软件会读出不同的内容，" + UNSAFE,
    "archive.path": "文件内部含有越界的路径，不是正常的表格，" + UNSAFE,
    "archive.method": "文件内部使用了少见的压缩方式，无法读取；" + SAVE_AS,
    "archive.declaration": "文件内部含有不允许的 XML 声明（DOCTYPE 或 ENTITY），" + UNSAFE,
    # text tables
    "csv.encoding": "第 %(line)s 行的文字编码无法识别（已试过 UTF-8 和 GB18030）；" + SAVE_AS,
    "csv.mixed": "第 %(line)s 行的文字编码与其他行不同（可能由两份文件拼成）；" + FIX,
    "csv.nul": "第 %(line)s 行含有空字符（NUL），文件已损坏或不是文本表格；" + SAVE_AS,
    "csv.quotes": "从第 %(line)s 行开始的双引号没有成对，其后的内容会连成一格；" + FIX,
    # limits
    "limits.rows": "工作表“%(sheet)s”超过 20000 行的上限，请按街乡拆分成几个文件分别上传。",
    "limits.columns": "工作表“%(sheet)s”超过 64 列的上限，请删去多余的列后再上传。",
    "limits.cell": "单元格过长：工作表“%(sheet)s”第 %(row)s 行第 %(column)s 列超过 32767 个字符，请缩短后再上传。",
    "limits.content": "文件的内容过多，超过一次能处理的上限，请删去无关的工作表，或拆分成几个文件分别上传。",
    # the reading itself
    "reader.timeout": "读取用时过长，已停止；" + COPY,
    "reader.exhausted": "文件结构过于复杂，读取时超出了限额；" + COPY,
    # the table inside the workbook
    "table.no_header": "前 10 行里没有找到表头，表头至少应包含：%(titles)s；请下载模板核对列名后再上传。",
    "table.no_rows": "工作表“%(sheet)s”只有表头，没有数据行，请填写后再上传。",
    "table.no_sheets": "文件里没有可见的工作表，请取消隐藏需要导入的工作表后再上传。",
    "table.sheet_unknown": "文件里没有名为“%(sheet)s”的可见工作表，请重新选择工作表。",
    "table.header_row": "第 %(row)s 行不在工作表“%(sheet)s”的内容范围内，请重新选择表头所在的行。",
    "table.missing_columns": "表头缺少必填的列：%(titles)s；请补上这些列，或在列对应中指定。",
    "table.duplicate_headers": "表头重复：%(titles)s 出现了不止一列；请只保留一列，或在列对应中指定用哪一列。",
}


class WorkbookRefused(Exception):  # noqa: N818 - a refusal is an outcome, not a fault
    """A spreadsheet that is not read any further: ``code`` for programs, ``sentence`` for the person who sent it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)
        self.code = code
        self.sentence = sentence
        self.places: Mapping[str, object] = {}
        self.peak_kb = 0


def refusal(code: str, **places: object) -> WorkbookRefused:
    """Build the exception for ``code``, with its sentence filled in from ``places``."""
    refused = WorkbookRefused(code, SENTENCES[code] % places)
    refused.places = places
    return refused
