"""Files as people and attackers send them, built in code: pictures, papers, packages and what only looks like one."""

import io
import struct
import zipfile
import zlib

from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument"
WORD_TYPES = f'<Types><Override ContentType="{OFFICE}.wordprocessingml.document.main+xml"/></Types>'
BOOK_TYPES = f'<Types><Override ContentType="{OFFICE}.spreadsheetml.sheet.main+xml"/></Types>'
DOCM_TYPES = '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
GPS, ORIENTATION = 0x8825, 0x0112


def picture(form: str = "JPEG", *, size=(8, 4), mode: str = "RGB", **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size, 0 if mode in {"L", "P"} else "red").save(stream, form, **options)
    return stream.getvalue()


def photograph() -> bytes:
    """A picture taken sideways, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010F] = "camera of somebody"
    exif.get_ifd(GPS).update({1: "N", 2: (30.0, 15.0, 1.0), 3: "E", 4: (120.0, 10.0, 5.0)})
    return picture(exif=exif, comment=b"taken at home")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A picture of 2.5 thousand million points in a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 1_000_000, 9)
    return PNG_HEAD + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def png_with_text(text: bytes) -> bytes:
    """A PNG that carries a text, packed, before its points."""
    plain = picture("PNG")
    extra = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(text, 9))
    return plain[:33] + extra + plain[33:]


def jpeg_with_size(width: int, height: int) -> bytes:
    """A JPEG whose head claims another size."""
    plain = picture()
    at = plain.index(b"\xff\xc0") + 5
    return plain[:at] + struct.pack(">HH", height, width) + plain[at + 4 :]


def pdf(*objects: bytes) -> bytes:
    body = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" + b"\n".join(objects)
    return body + b"\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def package(members: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def word(types: str = WORD_TYPES, **members: bytes) -> bytes:
    return package({"[Content_Types].xml": types, "word/document.xml": b"<w:document/>", **members})


def book(types: str = BOOK_TYPES, **members: bytes) -> bytes:
    return package({"[Content_Types].xml": types, "xl/workbook.xml": b"<workbook/>", **members})


def ofd(**members: bytes) -> bytes:
    return package({"OFD.xml": b"<ofd:OFD/>", "Doc_0/Document.xml": b"<ofd:Document/>", **members})


def locked(data: bytes) -> bytes:
    """The same archive, its members marked as encrypted."""
    at = data.index(b"PK\x01\x02") + 8
    return data[:at] + b"\x01\x00" + data[at + 2 :]
