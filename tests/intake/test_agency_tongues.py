"""Layouts of European and Asian agencies: tongues, supports, qualifications and units."""

import pytest

from .files import found, one, read_rows, values
from .test_agency_files import bounds, read_text

FRANCE = """code_station;libelle_support;date_prelevement;libelle_parametre;resultat;symbole_unite;code_remarque;libelle_qualification;longitude;latitude
A;Eau;2023-05-08;Nitrates;8.4;mg(NO3)/L;1;Correcte;-1.4;47.3
A;Eau;2023-05-08;Phosphore total;3.3;mg(P)/L;1;Incorrecte;-1.4;47.3
A;Eau;2023-05-08;Orthophosphates (PO4);0.3;mg(PO4)/L;1;Incertaine;-1.4;47.3
A;Eau;2023-05-08;Potentiel en Hydrogène (pH);8.3;unité pH;1;Non qualifiée;-1.4;47.3
B;Sédiments;2023-05-08;Potentiel en Hydrogène (pH);7.3;unité pH;1;Correcte;-1.4;47.3
"""  # noqa: E501


def test_french_qualifications_and_supports(tmp_path):
    samples = read_text(tmp_path, FRANCE, preset="hubeau")
    flags = {(r["station"], r["parameter"]): r["flag"] for _, r in samples.iterrows()}
    assert flags == {("A", "no3_n"): 2, ("A", "tp"): 4, ("A", "dip"): 3, ("A", "ph"): 2,
                     ("B", "ph"): 4}  # fmt: skip
    assert len(found(samples, "quality", "doubtful")) == 0


COAST = """Lieu de surveillance : Mnémonique;Passage : Date;Coordonnées passage : Coordonnées minx;Coordonnées passage : Coordonnées miny;Prélèvement : Niveau;Prélèvement : Immersion;Echantillon : Libellé du support;Résultat : Code paramètre;Résultat : Valeur de la mesure;Résultat : Symbole unité de mesure associé au quadruplet;Passage : Niveau de qualité;Résultat : Niveau de qualité
A;15/04/2008;1.99;51.0;Surface (0-1m);0.5;Masse d'eau, eau brute;SALI;34.1;sans unité;Bon;Bon
A;15/04/2008;1.99;51.0;Fond (<2m);12;Masse d'eau, eau brute;NH4;1.5;µmol.l-1;Bon;Douteux
B;15/04/2008;1.99;51.0;Emergé;0;Bivalve;CD;1.1;mg.kg-1;Bon;Bon
"""  # noqa: E501


def test_french_coastal_waters_and_mussels(tmp_path):
    samples = read_text(tmp_path, COAST, preset="quadrige")
    assert one(samples, "salinity", "A")["layer"] == "surface"
    row = one(samples, "nh4_n", "A")
    assert (row["layer"], row["depth_m"], row["flag"]) == ("bottom", 12, 3)
    assert one(samples, "cadmium", "B")["flag"] == 4


CODED = """Cruise,Station:METAVAR:INDEXED_TEXT,Type,Year,Month,Day,Longitude [degrees_east],Latitude [degrees_north],Depth (ADEPZZ01_ULAA) [m],QV:ODV:Depth (ADEPZZ01_ULAA),Pressure (PRESPR01_UPDB) [dbar],QV:ODV:Pressure (PRESPR01_UPDB),Phosphate Phosphorus (PO4-P) (PHOSZZXX_UPOX) [umol/l],QV:ODV:Phosphate Phosphorus (PO4-P) (PHOSZZXX_UPOX),Nitrite Nitrogen (NO2-N) (NTRIZZXX_UPOX) [umol/l],QV:ODV:Nitrite Nitrogen (NO2-N) (NTRIZZXX_UPOX),Hydrogen Ion Concentration (pH) (PHXXZZXX_UUPH) [pH units],QV:ODV:Hydrogen Ion Concentration (pH) (PHXXZZXX_UUPH)
77SE,0101,B,2015,2,3,11.5,58.1,5,0,5.1,0,0.6,4,0.2,8,8.1,0
"""  # noqa: E501


def test_codes_of_vocabularies_in_headings(tmp_path):
    samples = read_text(tmp_path, CODED)
    assert one(samples, "dip", "0101")["value"] == pytest.approx(0.6 * 30.974e-3)
    assert samples["flag"].tolist() == [3, 4, 2]
    assert samples["depth_m"].unique().tolist() == [5]
    assert len(found(samples, "column", "doubtful")) == 0


ITALY = """Codice stazione;Data prelievo;Ora;Profondità (m);Parametro;Segno;Valore;Unità di misura;Longitudine;Latitudine
S1;14/05/2018;10:30;0,5;Azoto nitrico;<;0,5;µg/l N;12,5;44,1
S1;14/05/2018;10:30;0,5;Azoto ammoniacale;;12;µg/l N;12,5;44,1
"""  # noqa: E501
DENMARK = """ObservationsStedNavn;Dato;GPS_Dybde_m;Parameter;Attribut;Resultat;Enhed;Længdegrad;Breddegrad
S1;14-05-2018;0,5;Nitrit+nitrat-N;<;0,5;µg/l;12,5;44,1
S1;14-05-2018;0,5;Ammonium-N;;12;µg/l;12,5;44,1
"""  # noqa: E501


@pytest.mark.parametrize(("text", "oxidised"), [(ITALY, "no3_n"), (DENMARK, "no23_n")])
def test_signs_and_units_of_long_tables(tmp_path, text, oxidised):
    samples = read_text(tmp_path, text)
    assert bounds(samples, oxidised, "S1") == [(0, 0.0005, 2)]
    assert bounds(samples, "nh4_n", "S1") == [(0.012, 0.012, 2)]
    assert samples["depth_m"].unique().tolist() == [0.5]
    assert samples.geometry.x.iloc[0] == 12.5


def test_polish_units_and_korean_depths_of_the_sea(tmp_path):
    text = ("Kod ppk;Nazwa ppk;Data poboru;Azot azotanowy [mg N-NO3/l];Fosforany [mg P-PO4/l]\n"
            "PL1;Zatoka;14.05.2018;<0,01;0,012\n")  # fmt: skip
    samples = read_text(tmp_path, text)
    assert bounds(samples, "no3_n", "Zatoka") == [(0, 0.01, 2)]
    assert values(samples, "dip").tolist() == [0.012]
    head = ["정점", "관측일시", "수심(m)", "층구분", "질산질소(μg/L)"]
    samples = read_rows(tmp_path, [head, ["A", "2022-05-08 10:20", 12, "저층", 40]])
    assert samples["layer"].tolist() == ["bottom"]
    assert samples["depth_m"].isna().all()


def test_depths_and_units_under_unknown_headings_are_doubts(tmp_path):
    head = ["station", "lon", "lat", "date", "hydro_depth_of_bottle", "parameter", "value", "okänd"]
    samples = read_rows(tmp_path, [head, ["A", 11, 58, "2022-05-08", 30, "DIN", 0.2, "umol/l"]])
    doubts = found(samples, "column", "doubtful")
    assert doubts["found"].tolist() == ["hydro_depth_of_bottle", "okänd"]
    assert "may hold the depths" in doubts["message"].iloc[0]
    assert "holds units" in doubts["message"].iloc[1]
