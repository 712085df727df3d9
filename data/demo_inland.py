"""Rivers, groundwater and drinking sources of the demonstration.

Monthly river values follow discharge and temperature through the year; the rest is scatter about
a mean. River names are real, every value is made up.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

__all__ = ["make_inland"]

METRES = "EPSG:32651"
NOTE = "演示数据，非观测值"
RIVER_YEARS = (2020, 2021, 2022, 2023)
TN_TREND = {2020: 1.06, 2021: 1.02, 2022: 0.97, 2023: 0.92}

# River: sections (share of the way to the sea), their targets, load (1 = as clean as class III).
SECTIONS = {
    "rushan": ((0.35, 1.0), ("III", "III"), (0.75, 1.28)),
    "huanglei": ((0.40, 1.0), ("III", "III"), (0.70, 0.88)),
    "muzhu": ((0.35, 1.0), ("III", "IV"), (0.78, 1.42)),
    "changyang": ((1.0,), ("IV",), (0.92,)),
    "qinglong": ((0.40, 1.0), ("III", "IV"), (0.80, 1.02)),
    "gu": ((0.40, 1.0), ("III", "III"), (0.62, 0.80)),
    "xiaoluo": ((1.0,), ("III",), (0.78,)),
    "yangting": ((1.0,), ("III",), (1.16,)),
    "chucun": ((1.0,), ("III",), (0.82,)),
    "wuzhu": ((1.0,), ("IV",), (0.95,)),
}

# Item: mean at load 1, share that grows with the load, log10 scatter, decimals, detection limit.
RIVER_ITEMS = {
    "高锰酸盐指数": (5.2, 0.8, 0.07, 1, 0.5),
    "CODCr": (17.0, 0.7, 0.06, 0, 4),
    "五日生化需氧量": (3.2, 0.7, 0.08, 1, 0.5),
    "氨氮": (0.45, 1.6, 0.16, 2, 0.025),
    "总磷": (0.135, 1.2, 0.10, 3, 0.01),
    "总氮": (4.4, 0.8, 0.08, 2, 0.05),
    "氟化物": (0.55, 0.2, 0.06, 2, 0.05),
    "石油类": (0.015, 0.6, 0.18, 2, 0.01),
}

# Item: mean, log10 scatter between points, decimals, detection limit.
GROUND_ITEMS = {
    "总硬度": (240.0, 0.12, 0, 5),
    "溶解性总固体": (480.0, 0.12, 0, 4),
    "硫酸盐": (75.0, 0.16, 0, 8),
    "氯化物": (85.0, 0.16, 0, 2.5),
    "铁": (0.06, 0.25, 2, 0.03),
    "锰": (0.03, 0.25, 3, 0.01),
    "耗氧量": (0.9, 0.12, 2, 0.4),
    "氨氮": (0.05, 0.2, 3, 0.025),
    "亚硝酸盐氮": (0.008, 0.25, 3, 0.003),
    "硝酸盐氮": (7.5, 0.22, 1, 0.2),
    "氟化物": (0.35, 0.12, 2, 0.05),
    "砷": (0.0006, 0.2, 4, 0.0003),
}
POINTS = {
    "G01": (121.475, 36.905, {"硝酸盐氮": 2.6}),
    "G02": (121.700, 37.020, {}),
    "G03": (121.560, 36.885, {"氯化物": 3.4, "溶解性总固体": 2.3, "总硬度": 2.0}),
    "G04": (121.960, 37.060, {"锰": 9.0}),
    "G05": (122.050, 37.190, {}),
    "G06": (122.170, 37.110, {"硝酸盐氮": 1.9}),
    "G07": (122.420, 37.160, {}),
    "G08": (122.330, 37.055, {"氨氮": 3.0}),
    "G09": (122.470, 36.975, {"氯化物": 2.3}),
    "G10": (122.100, 37.420, {}),
    "G11": (121.930, 37.400, {"氟化物": 1.7}),
    "G12": (122.500, 37.360, {"氯化物": 5.2, "溶解性总固体": 4.8, "总硬度": 3.1}),
}
SOURCES = {
    "W01": (122.07, 37.18, "水库", 4200.0, 0.78),
    "W02": (122.27, 37.38, "水库", 1600.0, 0.70),
    "W03": (122.45, 37.28, "水库", 1300.0, 0.72),
    "W04": (121.48, 37.02, "水库", 2400.0, 0.80),
    "W05": (122.30, 37.14, "水库", 900.0, 0.74),
    "W06": (121.62, 36.98, "河流", 350.0, 0.82),
}

# Supplementary items of drinking sources: mean, log10 scatter, decimals, detection limit.
SUPPLEMENTARY = {
    "硫酸盐": (48.0, 0.05, 0, 8),
    "氯化物": (36.0, 0.05, 0, 10),
    "硝酸盐氮": (1.9, 0.12, 2, 0.08),
    "铁": (0.08, 0.18, 2, 0.03),
    "锰": (0.03, 0.2, 2, 0.01),
}


def make_inland(settings: dict, coast: dict[str, gpd.GeoDataFrame]) -> dict[str, pd.DataFrame]:
    """Tables `rivers`, `groundwater` and `drinking`."""
    rngs = [np.random.default_rng([settings["seed"], k]) for k in (2, 3, 4)]
    tables = {
        "rivers": _rivers(coast["rivers"], rngs[0]),
        "groundwater": _groundwater(settings["years"], rngs[1]),
        "drinking": _drinking(settings["years"], rngs[2]),
    }
    items = {*RIVER_ITEMS, *GROUND_ITEMS, *SUPPLEMENTARY, "溶解氧"}
    units = {item: f"{item}(mg/L)" for item in items}
    return {name: table.rename(columns=units) for name, table in tables.items()}


def _rivers(rivers: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for river_id, (ways, targets, loads) in SECTIONS.items():
        river = rivers.loc[river_id]
        places = _places(rivers.loc[[river_id]], ways)
        for k, (way, target, load) in enumerate(zip(ways, targets, loads, strict=True), start=1):
            head = {
                "断面": f"{river_id}-{k}",
                "河流": river["name_zh"],
                "河流编号": river_id,
                "是否入海": "是" if way == 1.0 else "否",
                "入海海湾": river["flows_into"],
                "水质目标": target,
                "经度": places[k - 1].x,
                "纬度": places[k - 1].y,
            }
            rows += [
                head | _month(year, month, load, rng)
                for year in RIVER_YEARS
                for month in range(1, 13)
            ]
    return pd.DataFrame(rows).round({"经度": 4, "纬度": 4}).assign(备注=NOTE)


def _places(river: gpd.GeoDataFrame, ways: tuple) -> list:
    line = river.to_crs(METRES).geometry.iloc[0]
    # The last section stands upstream of the tide, not in the sea.
    points = [line.interpolate(min(way * line.length, line.length - 1500.0)) for way in ways]
    return gpd.GeoSeries(points, crs=METRES).to_crs(4326).to_list()


def _month(year: int, month: int, load: float, rng: np.random.Generator) -> dict[str, str]:
    """One visit: warm months have less oxygen, the flood of July to September washes nutrients."""
    warm = 0.5 - 0.5 * np.cos(2 * np.pi * (month - 1) / 12)
    flood = 1.18 if month in (7, 8, 9) else 0.97
    improve = 1 - 0.025 * (year - 2020)
    row = {
        "监测时间": f"{year}-{month:02d}",
        "pH": f"{7.9 + 0.18 * rng.standard_normal():.1f}",
        "溶解氧": f"{11.6 - 4.1 * warm - 1.0 * load + 0.5 * rng.standard_normal():.1f}",
    }
    for item, (mean, gain, scatter, decimals, detection) in RIVER_ITEMS.items():
        trend = TN_TREND[year] if item == "总氮" else improve
        level = mean * (1 + gain * (load - 1)) * flood * trend
        row[item] = _write(level * 10 ** (scatter * rng.standard_normal()), decimals, detection)
    return row


def _write(value: float, decimals: int, detection: float) -> str:
    """Value as text; below the detection limit the limit followed by L."""
    return f"{detection}L" if value < detection else f"{value:.{decimals}f}"


def _groundwater(years: list[int], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for point, (lon, lat, raised) in POINTS.items():
        own = {
            item: mean * raised.get(item, 1.0) * 10 ** (scatter * rng.standard_normal())
            for item, (mean, scatter, _, _) in GROUND_ITEMS.items()
        }
        for year in years:
            for month in (5, 9):
                row = {
                    "点位": point,
                    "经度": lon,
                    "纬度": lat,
                    "监测时间": f"{year}-{month:02d}",
                    "pH": f"{7.3 + 0.15 * rng.standard_normal():.1f}",
                }
                for item, (_, _, decimals, detection) in GROUND_ITEMS.items():
                    value = own[item] * 10 ** (0.03 * rng.standard_normal())
                    row[item] = _write(value, decimals, detection)
                rows.append(row)
    return pd.DataFrame(rows).assign(备注=NOTE)


def _drinking(years: list[int], rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for source, (lon, lat, kind, volume, load) in SOURCES.items():
        head = {"水源地": source, "名称": f"示例水源地{source[-1]}", "水源类型": kind}
        for time in [f"{year}-{month:02d}" for year in years for month in (2, 5, 8, 11)]:
            taken = round(volume / 4 * rng.uniform(0.9, 1.1), 1)
            place = {"经度": lon, "纬度": lat, "取水量_万立方米": taken, "监测时间": time}
            rows.append(head | place | _drinking_visit(kind, load, rng))
    return pd.DataFrame(rows).assign(备注=NOTE)


def _drinking_visit(kind: str, load: float, rng: np.random.Generator) -> dict[str, str]:
    row = {
        "pH": f"{7.8 + 0.15 * rng.standard_normal():.1f}",
        "溶解氧": f"{9.0 + 0.8 * rng.standard_normal():.1f}",
    }
    levels = {
        item: (0.75 * mean * (1 + gain * (load - 1)), *rest)
        for item, (mean, gain, *rest) in RIVER_ITEMS.items()
        if item not in ("总氮", "CODCr")
    }
    for item, (level, scatter, decimals, limit) in (levels | SUPPLEMENTARY).items():
        # A reservoir is held to the stricter limit of lakes.
        clean = 0.22 if item == "总磷" and kind == "水库" else 1.0
        row[item] = _write(clean * level * 10 ** (scatter * rng.standard_normal()), decimals, limit)
    return row
