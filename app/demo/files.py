"""Small real files for the demonstration's materials, made when it is loaded."""

import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

LONG_AGO = (2024, 9, 1, 9, 0, 0)
"""Of what lies in the archive: the same text must give the same file, or each loading stores another."""

_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
)
_TITLE = '<w:p><w:r><w:rPr><w:b/><w:sz w:val="32"/></w:rPr><w:t>{}</w:t></w:r></w:p>'
_PARAGRAPH = '<w:p><w:r><w:t xml:space="preserve">{}</w:t></w:r></w:p>'


def make_docx(lines: Sequence[str]) -> bytes:
    """A document of paragraphs, the first one as its title."""
    title, *rest = (escape(line) for line in lines)
    body = _TITLE.format(title) + "".join(_PARAGRAPH.format(line) for line in rest)
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONSHIPS,
        "word/document.xml": _DOCUMENT.format(body),
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), content)
    return buffer.getvalue()


def make_pdf(lines: Sequence[str]) -> bytes:
    """A page of paragraphs, the first one as its title."""
    import typst

    source = (
        '#let lines = json(bytes(sys.inputs.at("lines")))\n'
        '#set page(paper: "a4", margin: 25mm)\n#set text(lang: "ru", size: 13pt)\n'
        '#text(size: 18pt, weight: "bold", lines.first())\n'
        "#for line in lines.slice(1) [#par(line)]\n"
    )
    return bytes(typst.compile(source.encode(), sys_inputs={"lines": json.dumps(list(lines))}))


def make_text(lines: Sequence[str]) -> bytes:
    """Lines of plain text."""
    return "\n".join(lines).encode()


MAKERS: Mapping[str, Callable[[Sequence[str]], bytes]] = {
    "docx": make_docx,
    "pdf": make_pdf,
    "txt": make_text,
}
