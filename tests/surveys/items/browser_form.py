"""What a browser without script would post from a page."""

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: MultiDict[str, str] = MultiDict()
        self.select = ""
        self.choices: list[tuple[str, bool]] = []
        self.option: dict[str, str] = {}
        self.textarea = ""
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "input" and (found["type"] not in ("radio", "checkbox") or "checked" in found):
            self.fields.add(found["name"], found["value"])
        elif tag == "select":
            self.select, self.choices = found["name"], []
        elif tag == "option":
            self.option, self.text = found, ""
        elif tag == "textarea":
            self.textarea, self.text = found["name"], ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "option":
            value = self.option.get("value")
            self.choices.append((self.text if value is None else value, "selected" in self.option))
        elif tag == "select":
            chosen = [value for value, is_selected in self.choices if is_selected]
            self.fields.add(self.select, chosen[-1] if chosen else self.choices[0][0])
        elif tag == "textarea":
            self.fields.add(self.textarea, self.text.removeprefix("\n").replace("\n", "\r\n"))


def posted(html: str) -> MultiDict[str, str]:
    """Fields of the controls in `html`, in the state the page shows them."""
    form = _Form()
    form.feed(html)
    form.close()
    return form.fields
