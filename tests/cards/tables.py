"""Small tables in the layouts of the agencies, with values whose answer is known."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pandas as pd

__all__ = ["SEGMENTS", "write_tables"]

SEGMENTS = {
    "HB": (6, 7, 8, 44, 52, 55, 70, 71, 73, 80),
    "OTB": (36, 38, 40, 41, 46, 47, 50, 51, 60, 63, 64, 65, 66, 67, 68),
    "MT1": (9, 11, 81, 84),
    "MT2": (13, 14, 32, 33),
    "MT3": (16, 19, 28, 82),
    "LTB": (23, 24, 25, 90, 91, 92, 93, 95),
}
# Yearly means 2018 to 2023: chlorophyll a in ug/L, light attenuation in 1/m.
_CHLA = {
    "OTB": (8.6, 8.6, 8.6, 9.0, 9.5, 8.0),
    "HB": (13.0, 14.5, 13.0, 15.5, 13.0, 13.0),
    "MT1": (8.2,) * 6,
    "MT2": (7.0,) * 6,
    "MT3": (6.0,) * 6,
    "LTB": (4.7, 4.7, 4.7, 5.2, 5.2, 4.5),
}
_KD = {
    "OTB": (0.84, 0.84, 0.84, 0.87, 0.90, 0.80),
    "HB": (1.5, 1.5, 1.5, 1.65, 1.5, 1.5),
    "MT1": (0.8,) * 6,
    "MT2": (0.8,) * 6,
    "MT3": (0.8,) * 6,
    "LTB": (0.6,) * 6,
}
_FACTOR = {"OTB": 1.49, "HB": 1.61, "LTB": 1.84}
_EPC = ["StationNumber", "SampleTime", "Latitude", "Longitude", "TotalDepth", "SampleDepth",
        "SecchiDepth", "Secchi_Q", "Chlorophyll_a", "Chlorophyll_aQ"]  # fmt: skip
_COUNTS = (10, 10, 20, 30, 10, 40, 15, 60, 10, 25, 35, 10, 20, 80, 10, 45)


def write_tables(folder: Path) -> None:
    """Write every table into a folder."""
    _write_tampa(folder)
    _write_heat(folder)
    _write_bathing(folder)
    _write_sites(folder)
    _write_feed(folder)
    _write_inland(folder)
    _write_samples(folder)


def _write_tampa(folder: Path) -> None:
    rows = []
    for segment, year, month in product(SEGMENTS, range(6), range(1, 13)):
        secchi = _FACTOR.get(segment, 1.49) / _KD[segment][year]
        for k, station in enumerate(SEGMENTS[segment]):
            time = pd.Timestamp(2018 + year, month, 10, 10, 30)
            chla = _CHLA[segment][year] * (1.2 if month > 6 else 0.8)
            mark = "U" if month == 1 else None
            seen = (secchi, secchi + 2.0, None)
            if k == 0 and month == 5:
                seen = (0.5, 0.5, ">")
            if k == 1 and month == 6:
                seen = (0.7, 0.8, None)
            rows.append((station, time, 27.8, -82.5, seen[1], 0.2, seen[0], seen[2], chla, mark))
    pd.DataFrame(rows, columns=_EPC).to_excel(
        folder / "RWMDataSpreadsheet.xlsx", sheet_name="RWMDataSpreadsheet", index=False
    )


def _write_heat(folder: Path) -> None:
    rows = []
    for year, month, station in product(range(2010, 2017), range(1, 13), ("BY1", "BY2")):
        place = (15.0, 56.0) if station == "BY1" else (15.2, 56.1)
        summer, winter = month in (6, 7, 8, 9), month in (12, 1, 2)
        values = (3.9 if winter else 0.5, 1.5 if summer else 6.0, 7.5 if summer else 10.0)
        rows.append((station, f"{year}-{month:02d}-10", *place, 1.0, *values))
    columns = ["Station", "Date", "Longitude", "Latitude", "Depth (m)", "DIN (umol/L)",
               "Chl-a (ug/L)", "Secchi (m)"]  # fmt: skip
    pd.DataFrame(rows, columns=columns).to_csv(folder / "baltic.csv", index=False)


def _write_bathing(folder: Path) -> None:
    sites = {"Nordstrand": 1, "Suedstrand": 2, "Hafen": 12}
    rows = [
        (site, f"{2020 + k // 4}-{6 + k % 4:02d}-15", factor * count, factor * count)
        for site, factor in sites.items()
        for k, count in enumerate(_COUNTS)
    ]
    pd.DataFrame(rows, columns=["site", "date", "IE", "EC"]).to_csv(
        folder / "bathing.csv", index=False
    )


def _write_sites(folder: Path) -> None:
    korea = [("Haeundae", "2018-05-15", "surface", None, 0.82, 3.5, 113.7, 28.1),
             ("Haeundae", "2018-05-15", "bottom", 90, None, None, 150.0, 30.0)]  # fmt: skip
    columns = ["Station", "Date", "Layer", "DO saturation (%)", "Chl-a (ug/L)", "Secchi (m)",
               "DIN (ug/L)", "DIP (ug/L)"]  # fmt: skip
    pd.DataFrame(korea, columns=columns).to_csv(folder / "korea.csv", index=False)
    sites = []
    for name, surface, oxygen in (
        ("NCCA-01", (0.05, 0.005, 3, 30), 6.0),
        ("NCCA-02", (0.60, 0.060, 10, 15), 4.0),
        ("NCCA-03", (0.20, 0.005, 3, 30), 6.0),
    ):
        sites.append((name, "2015-07-10", -80.1, 32.0, "surface", *surface, None))
        sites.append((name, "2015-07-10", -80.1, 32.0, "bottom", *[None] * 4, oxygen))
    columns = ["Site", "Date", "Lon", "Lat", "Layer", "DIN (mg/L)", "DIP (mg/L)", "Chl-a (ug/L)",
               "light at 1 m (%)", "DO (mg/L)"]  # fmt: skip
    pd.DataFrame(sites, columns=columns).to_csv(folder / "ncca.csv", index=False)


def _write_feed(folder: Path) -> None:
    counts = ((144, "0.12"), (139, "0.25"), (42, "0.36"), (27, "0.45"), (65, "0.72"))
    rows = []
    for number, din in counts:
        for _ in range(number):
            k = len(rows)
            site, place = f"N{k:04d}", (121.0 + k / 1000, 36.0)
            rows.append((site, *place, "2017-08", "8.05", "6.80", "1.10", din, "未检出", "<0.01"))
    columns = ["site", "lon", "lat", "minitor_month", "pH", "rjy", "hxxyl", "wjd", "hxlxy", "syl"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "feed.csv", index=False)


def _write_inland(folder: Path) -> None:
    sections = {"S1": ("大沽河", 3.5, 9.0, 0.20, 0.08), "S2": ("大沽河", 5.5, 6.0, 1.20, 0.28),
                "S3": ("母猪河", 4.5, 7.0, 0.60, 0.15), "S4": ("母猪河", 5.0, 6.5, 0.80, 0.18),
                "S5": ("乳山河", 3.0, 8.0, 0.30, 0.09)}  # fmt: skip
    rows = [
        (name, river, f"2023-{month:02d}", 7.8, do, mn, nh4, tp, "Ⅲ类")
        for name, (river, mn, do, nh4, tp) in sections.items()
        for month in range(1, 13)
    ]
    columns = [
        "断面名称",
        "河流",
        "监测时间",
        "pH",
        "溶解氧",
        "高锰酸盐指数",
        "氨氮",
        "总磷",
        "水质目标",
    ]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "sections.csv", index=False)
    columns = ["湖库名称", "年份", "叶绿素a(mg/m3)", "总磷(mg/L)", "总氮(mg/L)", "透明度(m)"]
    lake = [("呼伦湖", "2020", 7.77, 0.27, 1.808, 0.433)]
    pd.DataFrame(lake, columns=columns).to_csv(folder / "lake.csv", index=False)


def _write_samples(folder: Path) -> None:
    """Beaches, rivers and stations whose single samples count."""
    weeks = pd.date_range("2023-03-06", "2023-10-30", freq="14D")
    counts = {"Shek O": (4, 9), "Golden": (80, 180), "Approach": (300, 500), "Old Pier": (900, 700)}
    rows = [(b, day, n[k % 2]) for b, n in counts.items() for k, day in enumerate(weeks)]
    beaches = pd.DataFrame(rows, columns=["beach", "date", "E. coli (cfu/100mL)"])
    beaches.to_csv(folder / "beaches.csv", index=False)
    months = pd.date_range("2023-01-01", periods=12, freq="MS")
    rivers = {"Upper": (0.01, 0.04, 0.8, 1.2), "Middle": (0.03, 0.5, 2.0, 2.6),
              "Lower": (0.3, 0.6, 2.5, 10)}  # fmt: skip
    rows = [
        (site, day, ammonia if k else most, nitrate if k else peak)
        for site, (ammonia, most, nitrate, peak) in rivers.items()
        for k, day in enumerate(months)
    ]
    columns = ["site", "date", "NH4-N (mg/L)", "NO3-N (mg/L)"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "rivers.csv", index=False)
    rows = [
        (site, day, 8 if k < oxygen else 3, 5 if k < green else 30, 2 if k < clear else 0.4)
        for site, oxygen, green, clear in (("Upper Bay", 12, 9, 6), ("Back River", 6, 1, 2))
        for k, day in enumerate(months)
    ]
    columns = ["station", "date", "DO (mg/L)", "Chl-a (ug/L)", "Secchi (m)"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "ecocard.csv", index=False)
