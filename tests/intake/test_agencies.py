"""Tables as agencies of several countries publish them, short extracts of their layouts."""

import pytest

from bayqa.intake import read_samples
from bayqa.intake.headings.mapping import list_presets

from .files import found, one, read_rows, values, write_text

WIMS = ["@id", "sample.samplingPoint.notation", "sample.samplingPoint.label",
        "sample.sampleDateTime", "determinand.label", "determinand.notation",
        "resultQualifier.notation", "result", "determinand.unit.label",
        "sample.sampledMaterialType.label", "sample.samplingPoint.easting",
        "sample.samplingPoint.northing"]  # fmt: skip


def wims(label, sign, value, unit):
    return ["http://x/1", "SO-E1", "SOLENT", "2023-05-08T10:30:00", label, "0111", sign, value,
            unit, "ESTUARINE WATER", "448500", "101500"]  # fmt: skip


def test_english_archive_on_the_national_grid(tmp_path):
    rows = [WIMS, wims("Ammonia(N)", "<", "0.03", "mg/l"), wims("O Diss %sat", "", "98.1", "%"),
            wims("Temp Water", "", "12.4", "cel")]  # fmt: skip
    samples = read_rows(tmp_path, rows, preset="ea-wims")
    row = one(samples, "nh4_n", "SO-E1")
    assert (row["lower"], row["upper"]) == (0, 0.03)
    assert (row.geometry.x, row.geometry.y) == pytest.approx((-1.31299, 50.81103), abs=1e-4)
    assert one(samples, "temperature", "SO-E1")["value"] == 12.4


def test_french_fields_with_codes_of_remarks(tmp_path):
    head = ["code_station", "longitude", "latitude", "date_prelevement", "libelle_parametre",
            "resultat", "symbole_unite", "code_remarque", "mnemo_remarque"]  # fmt: skip
    keys = ["042", "-1.38", "47.28", "2023-05-08"]
    rows = [head, [*keys, "Nitrates", "8.4", "mg(NO3)/L", "1", "Résultat"],
            [*keys, "Ammonium", "0.05", "mg(NH4)/L", "10", "< au seuil"]]  # fmt: skip
    path = write_text(tmp_path / "a.csv", rows, sep=";")
    samples = read_samples(path, preset="hubeau")
    assert one(samples, "no3_n", "042")["value"] == pytest.approx(8.4 * 14.007 / 62.004)
    assert one(samples, "nh4_n", "042")["lower"] == 0
    doubt = found(read_samples(path), "column", "doubtful").iloc[0]
    assert "speaks of limits" in doubt["message"]
    assert doubt["column"] == "mnemo_remarque"


def test_brazilian_signs_stand_in_a_column_of_their_own(tmp_path):
    head = ["Codigo Ponto", "Data Coleta", "Parametro", "Sinal", "Valor", "Unidade", "Latitude",
            "Longitude"]  # fmt: skip
    keys = ["BILL1", "18/05/2023"]
    rows = [head, [*keys, "Fósforo Total", "<", "0,02", "mg/L", "-23,71", "-46,66"],
            [*keys, "Oxigênio Dissolvido", "", "6,4", "mg/L", "-23,71", "-46,66"]]  # fmt: skip
    samples = read_samples(write_text(tmp_path / "a.csv", rows, sep=";"))
    assert one(samples, "tp", "BILL1")["upper"] == 0.02
    assert one(samples, "tp", "BILL1")["lower"] == 0


def test_swedish_signs_in_the_column_of_flags(tmp_path):
    head = ["Station", "Sampling date", "Sample latitude (DD)", "Sample longitude (DD)",
            "Water depth (m)", "Sampling depth (m)", "Parameter", "Value", "Unit",
            "Quality flag"]  # fmt: skip
    keys = ["ANHOLT E", "2023-05-08", "56.66667", "12.11667", "62", "5"]
    rows = [head, [*keys, "Nitrate NO3-N", "0.1", "umol/l", "<"],
            [*keys, "Dissolved oxygen O2 bottle", "7.1", "ml/l", ""]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert one(samples, "no3_n", "ANHOLT E")["lower"] == 0
    assert one(samples, "do", "ANHOLT E").geometry.x == 12.11667
    assert "taken for the marks" in found(samples, "column", "assumed")["message"].str.cat()


def test_names_with_the_adjective_behind(tmp_path):
    head = ["STATION_ID", "LATITUDE", "LONGITUDE", "SAMPLING_DATE", "SAMPLE_DEPTH_M", "ANALYTE",
            "RESULT_REMARK", "VALUE", "UNITS"]  # fmt: skip
    keys = ["MI11", "42.38", "-87.0", "2019/08/12 09:37", "2"]
    rows = [head, [*keys, '"Phosphorus, Total as P"', "", "4.1", "ug/l"],
            [*keys, '"Silica, Dissolved as SiO2"', "less than", "1.2", "mg/l"],
            [*keys, "Nitrate as NO3", "", "1.2", "mg/l"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert one(samples, "tp", "MI11")["value"] == pytest.approx(0.0041)
    assert one(samples, "silica", "MI11")["lower"] == 0
    assert len(values(samples, "no3_n")) == 0


def test_units_glued_to_formulas(tmp_path):
    rows = [["Sta_ID", "lat", "lon", "date", "Depthm", "PO4uM", "NO3_uM", "Chla_ug_per_L"],
            ["54", "34.5", "-120.5", "2023-05-08", "0", "0.62", "3.1", "2"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert one(samples, "dip", "54")["value"] == pytest.approx(0.62 * 30.974e-3)
    assert one(samples, "no3_n", "54")["value"] == pytest.approx(3.1 * 14.007e-3)
    assert one(samples, "chla", "54")["value"] == 2


def test_clock_times_beside_years_and_months(tmp_path):
    rows = [["測站", "year", "month", "ph", "採樣時間"], ["烏石港", 2026, 1, 7.86, "10:25"],
            ["烏石港", 2026, 2, 7.85, "10:38"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert samples["time"].astype(str).str[:16].tolist() == ["2026-01-15 10:25",
                                                             "2026-02-15 10:38"]  # fmt: skip


def test_places_name_stations_that_have_no_name(tmp_path):
    rows = [["lon", "lat", "date", "DIN (mg/L)"], [122.5, 37.1, "2023-05-08", 0.2],
            [122.6, 37.1, "2023-05-08", 0.3], [122.5, 37.1, "2023-08-08", 0.4]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert samples["station"].tolist() == ["37.10000 122.50000", "37.10000 122.60000",
                                           "37.10000 122.50000"]  # fmt: skip
    assert "their places do" in found(samples, "station", "assumed")["message"].iloc[0]


def test_words_of_a_heading_are_guessed_only_where_they_are_sure(tmp_path):
    rows = [["my station code", "Sample latitude", "Sample longitude", "collection_date_local",
             "date received", "DIN (mg/L)"],
            ["A", 37.1, 122.5, "2023-05-08", "2023-06-01", 0.2]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    row = one(samples, "din", "A")
    assert (str(row["time"])[:10], row.geometry.x) == ("2023-05-08", 122.5)
    assert len(found(samples, "column", "assumed")) == 4


def test_presets_are_listed():
    assert {"ea-wims", "hubeau"} <= set(list_presets())
