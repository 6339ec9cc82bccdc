"""Every reason for which an attached file is refused, each with its one Chinese sentence."""

from youthleague.kernel.findings import Finding

_KINDS = "PDF、图片（JPG、PNG）、Word（.docx）、Excel（.xlsx）或 OFD"

EMPTY = Finding("file.empty", "文件是空的（0 字节）；请重新选择原文件上传。")
TOO_BIG = Finding("file.too_big", "文件超过 %(megabytes)s MB，不能上传；请压缩图片或分成几份后再上传。")
KIND = Finding("file.kind", f"只能上传 {_KINDS} 文件；请把原文件另存或导出为其中一种后再上传。")
MISMATCH = Finding(
    "file.mismatch",
    f"文件的扩展名是 .%(extension)s，内容却是%(found)s；请打开原文件，另存为 {_KINDS} 后再上传。",
)
BROKEN = Finding("file.broken", "文件已损坏或没有传完整，打不开；请重新取得原文件后再上传。")
MACRO = Finding("file.macro", "文件带有宏或控件，为安全起见不能上传；请另存为不带宏的文件后再上传。")
SCRIPT = Finding("file.script", "PDF 里带有会自动运行的内容，为安全起见不能上传；请重新打印成 PDF 后再上传。")
MIXED = Finding("file.mixed", "文件里夹带了别的格式的内容，为安全起见不能上传；请从原软件重新导出后再上传。")
BOMB = Finding("file.bomb", "文件解开后过大，不能上传；请删去多余的内容后另存，再上传。")
PIXELS = Finding("file.pixels", "图片超过 %(pixels)s 万像素，不能上传；请缩小图片后再上传。")
ENCRYPTED = Finding("file.encrypted", "文件设有打开密码，别人看不了；请取消密码，另存后再上传。")
NO_SPACE = Finding("file.storage", "服务器存储空间不足，暂时不能上传；请联系系统管理员。")
