"""Files that people attach: what is let in, and how it is made harmless. Pure but for the drawing of pictures."""

from youthleague.protection.uploads.checking import EXTENSIONS, CleanFile, checked_upload, media_type_of

__all__ = ["EXTENSIONS", "CleanFile", "checked_upload", "media_type_of"]
