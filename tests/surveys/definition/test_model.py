import pytest

from surveys.definition import build
from surveys.definition.model import Text
from tests.surveys.definition.documents import definition_of, entry, small_definition, small_document


def test_a_text_falls_back_to_the_primary_language():
    text = Text({"ru": "да", "en": "yes"}, "ru")
    assert [text.in_language(name) for name in ("en", "ru", "de", None)] == ["yes", "да", "да", "да"]
    assert str(text) == "да"


@pytest.mark.parametrize(
    ("percent", "level"),
    [(0, "low"), (49.999, "low"), (50, "basic"), (79.99, "basic"), (80, "high"), (100, "high")],
)
def test_a_level_holds_its_lower_cut_and_not_its_upper(percent: float, level: str):
    found = small_definition().level_for(percent)
    assert found is not None
    assert found.code == level


def test_noise_of_floating_point_costs_no_level():
    found = small_definition().level_for(100 * (0.1 + 0.7))  # 79.99999999999999
    assert found is not None
    assert found.code == "high"


def test_no_percent_has_no_level():
    assert small_definition().level_for(None) is None


@pytest.mark.parametrize("percent", [-1, 101, float("nan")])
def test_what_is_no_percent_is_refused(percent: float):
    with pytest.raises(ValueError, match="between 0 and 100"):
        small_definition().level_for(percent)


def test_pages_of_a_wave():
    definition = small_definition()
    starting = [page.code for page in definition.pages_for("starting")]
    final = [page.code for page in definition.pages_for("final")]
    assert "retrospective" not in starting
    assert [code for code in final if code != "retrospective"] == starting


def test_items_of_a_page_and_of_a_wave():
    definition = small_definition()
    page = definition.page("self-dlab")
    assert [item.code for item in definition.items_of(page)] == ["S-DLAB-1", "S-DLAB-2"]
    assert "R-DLAB-now" not in [item.code for item in definition.items_for("starting")]


def test_a_likert_item_has_the_options_and_words_of_its_answer_scale():
    item = small_definition().item("S-DLAB-2")
    assert [option.value for option in item.options] == [1, 2, 3, 4, 5]
    assert str(item.not_applicable) == "не относится к моей работе"
    assert item.settings["reverse"] is True


def test_scales_stand_after_what_they_are_computed_from():
    document = small_document()
    document["scales"].reverse()
    codes = [scale.code for scale in definition_of(document).scales_in_order()]
    assert sorted(codes) == sorted(scale["code"] for scale in document["scales"])
    assert codes.index("DLAB.self") < codes.index("DLAB") < codes.index("overall")


def test_a_stored_document_builds_the_same_definition():
    definition = small_definition()
    assert build(definition.document) == definition


def test_expressions_are_built_as_trees():
    document = small_document()
    entry(document, "items", "T-1")["required_if"] = "answer(S-DLAB-1) > 3"
    item = definition_of(document).item("T-1")
    assert item.required_if is not None
    assert item.required_if["op"] == ">"
