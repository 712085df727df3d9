import pytest

from bayqa.errors import InputError
from bayqa.region.config import read_region

SMALL = """
[region]
id = "here"
[inputs]
bays = "bays.gpkg"
samples = "samples.csv"
[output]
folder = "out"
"""


def write(folder, text):
    path = folder / "r.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults_are_the_national_practice(tmp_path):
    region = read_region(write(tmp_path, SMALL))
    assert region.assess.standard == "GB 3097-1997"
    assert region.campaigns.scheme == "CN-sea"
    assert region.fields.method == "matern"
    assert region.inputs.samples == ["samples.csv"]


def test_paths_start_at_the_region_file(tmp_path):
    region = read_region(write(tmp_path, SMALL))
    assert region.path("../x.csv") == (tmp_path / ".." / "x.csv").resolve()


def test_environment_names_in_paths(tmp_path, monkeypatch):
    region = read_region(write(tmp_path, SMALL))
    monkeypatch.setenv("COAST", str(tmp_path / "coast"))
    assert region.path("${COAST}/a.csv") == tmp_path / "coast" / "a.csv"
    assert region.path("${NOWHERE_SET:-d}/a.csv") == tmp_path / "d" / "a.csv"
    with pytest.raises(InputError, match="the environment has no NOWHERE_SET"):
        region.path("${NOWHERE_SET}/a.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SMALL + "[water]\nspacng = 100\n", "unknown key 'water.spacng'; did you mean 'spacing'"),
        (SMALL + "[watr]\nspacing = 100\n", "unknown key 'watr'; did you mean 'water'"),
        (SMALL + "[water]\nspacing = -5\n", "'water.spacing' is -5.*greater than 0"),
        (SMALL + "[fields]\ndraws = 'many'\n", "'fields.draws' is 'many'"),
        (SMALL.replace('bays = "bays.gpkg"', ""), "'inputs.bays' is missing"),
        ("[region\n", "is not TOML"),
        (SMALL + "[inputs.regster]\n", "did you mean 'register'"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        read_region(write(tmp_path, text))


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="no such region file"):
        read_region(tmp_path / "none.toml")


def test_not_text(tmp_path):
    path = tmp_path / "r.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as UTF-8"):
        read_region(path)


def test_a_file_of_the_windows_editor_is_read(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text(SMALL, encoding="utf-8-sig")
    assert read_region(path).region.id == "here"


def test_one_word_stands_for_a_list_of_one(tmp_path):
    text = SMALL + '[campaigns]\nyears = 2023\n[assess]\nparameters = "din"\n'
    region = read_region(write(tmp_path, text))
    assert region.campaigns.years == [2023]
    assert region.assess.parameters == ["din"]


def test_an_id_with_other_letters_is_told_what_to_write(tmp_path):
    with pytest.raises(InputError, match="'region.id' is 'Förde': write letters a to z, digits"):
        read_region(write(tmp_path, SMALL.replace('"here"', '"Förde"')))


def test_own_layouts_and_palettes_lie_beside_the_region_file(tmp_path):
    text = SMALL + '[sheets]\nlayouts = ["a4-portrait", "mine.toml"]\npalette = "ours.toml"\n'
    pages = read_region(write(tmp_path, text)).pages
    assert pages.layouts == ["a4-portrait", str(tmp_path.resolve() / "mine.toml")]
    assert pages.palette == str(tmp_path.resolve() / "ours.toml")


def test_outputs_show_no_folder_of_this_machine(tmp_path, monkeypatch):
    region = read_region(write(tmp_path, SMALL))
    monkeypatch.setenv("STORE", "/home/someone/private")
    assert region.shown("data/a.csv") == "data/a.csv"
    assert region.shown("../a.csv") == "../a.csv"
    assert region.shown("/home/someone/private/a.csv") == "a.csv"
    assert region.shown("${STORE}/a.csv") == "a.csv"
    assert region.shown(str(tmp_path.resolve() / "in" / "a.csv")) == "in/a.csv"
