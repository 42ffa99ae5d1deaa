"""What a file is, told from its first bytes and, in archives, from the list inside: never from its name."""

import zipfile
from pathlib import Path
from typing import BinaryIO

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_OFFICE_PARTS = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MOST_ZIP_ENTRIES = 5000

TEXT = "text/plain"
UNKNOWN = "application/octet-stream"

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "audio/mpeg": ("mp3",),
    "video/mp4": ("mp4", "m4v", "mov"),
    "video/webm": ("webm",),
    "application/zip": ("zip",),
    "application/x-7z-compressed": ("7z",),
    "application/vnd.rar": ("rar",),
    _OFFICE_PARTS["word/"]: ("docx",),
    _OFFICE_PARTS["xl/"]: ("xlsx",),
    _OFFICE_PARTS["ppt/"]: ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "application/x-ole-storage": ("doc", "xls", "ppt"),
    TEXT: ("txt", "csv", "md"),
}
"""The kinds people may share, with the endings their names carry."""


def sniff(path: Path) -> str:
    """The media type of a file by its content; `UNKNOWN` for programs, pages with scripts and whatever else."""
    with path.open("rb") as file:
        head = file.read(4096)
        for signature, media_type in _SIGNATURES:
            if head.startswith(signature):
                return media_type
        if head.startswith(_PROGRAMS):
            return UNKNOWN
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return "image/webp"
        if head[4:8] == b"ftyp":
            return "video/mp4"
        if head.startswith(b"\x1a\x45\xdf\xa3"):
            return "video/webm"
        if head.startswith(_OLE):
            return "application/x-ole-storage"
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _sniff_zip(file)
    return _sniff_text(head)


def _sniff_zip(file: BinaryIO) -> str:
    """An office document by the names in the archive, which is not unpacked; one with macros is unknown."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if len(names) > _MOST_ZIP_ENTRIES:
                return UNKNOWN
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                declared = archive.read("mimetype").decode("ascii", "replace").strip()
                return declared if declared in EXTENSIONS else UNKNOWN
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return UNKNOWN
    if "[Content_Types].xml" in names:
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            return UNKNOWN
        for prefix, media_type in _OFFICE_PARTS.items():
            if any(name.startswith(prefix) for name in names):
                return media_type
        return UNKNOWN
    return "application/zip"


def _sniff_text(head: bytes) -> str:
    if not head or b"\x00" in head:
        return UNKNOWN
    for encoding in ("utf-8", "cp1251"):
        try:
            # A letter may be cut at the end of what was read.
            text = head.decode(encoding) if encoding != "utf-8" else _decode_cut_utf8(head)
        except UnicodeDecodeError:
            continue
        lowered = text.lstrip().casefold()
        if lowered.startswith(("<!doctype", "<html", "<svg", "<?xml", "<script", "<?php")):
            return UNKNOWN
        return TEXT
    return UNKNOWN


def _decode_cut_utf8(head: bytes) -> str:
    try:
        return head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) - error.start <= 3 and error.reason == "unexpected end of data":
            return head[: error.start].decode("utf-8")
        raise
