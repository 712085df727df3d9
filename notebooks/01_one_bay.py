# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # One bay: Sanggou Bay from file to sheet
#
# The coast is real, the values are a **demonstration** (演示数据): see `data/weihai/README.md`.
# The steps are those of one call, `bq.assess`, which stands at the end.

# %%
import bayqa as bq

folder = "../data/weihai/"
bays = bq.read_bays(folder + "bays.gpkg")
land = bq.read_land(folder + "land.gpkg")
samples = bq.read_samples(folder + "samples.csv", preset="mee-feed")

# %% [markdown]
# Nothing is thrown away while reading. `flag` marks what cannot be right; flags 3 (suspect) and 4
# (fail) are left out of the computation, and `note` and `source` say why and which row it was.

# %%
samples = bq.flag(samples, bays, land=land)
samples.loc[samples["flag"] >= 3, ["station", "time", "parameter", "value", "flag", "note", "source"]]

# %% [markdown]
# A campaign is the survey of a season. The grid reaches 6 km beyond the mouth, so that the stations
# off the bay count too, and it knows where land lies between two cells.

# %%
sanggou = bays.loc[["sanggou"]]
stations = bq.summarize(samples, campaigns="CN-sea", years=[2023])
water = bq.build_water_grid(sanggou, spacing=150, land=land, reach=6000)
grids = bq.interpolate(stations, water, draws=100, seed=1)
bq.plot_field(grids, "din", campaign="2023-autumn", stations=stations);

# %% [markdown]
# Every field has its standard deviation and joint draws. Classifying the draws gives each share an
# interval; classifying only the mean field would hide how little a dozen stations can say.

# %%
gb3097 = bq.load_standard("GB 3097-1997")
classes = bq.classify(grids, gb3097)
bq.plot_classes(classes, gb3097, campaign="2023-autumn", stations=stations);

# %%
shares = bq.tabulate_shares(classes, sanggou)
overall = shares[shares["parameter"] == "overall"].set_index(["campaign", "category"])
overall.loc["2023-autumn", ["area_km2", "share", "share_low", "share_high"]].round(3)

# %%
bq.rate_sea_area(shares)[["campaign", "label_zh", "label_en", "good_share", "area_km2"]]

# %% [markdown]
# ## The same in one call, and the sheet
# `assess` runs the whole chain; `draw_sheet` prints its result at an exact scale.

# %%
result = bq.assess(sanggou, samples, gb3097, spacing=150, land=land, reach=6000, years=[2023])
sheet = bq.draw_sheet(result, layout="a4-landscape", campaign="2023-autumn", language=("zh", "en"))
sheet

# %% [markdown]
# `sheet.savefig("sanggou.pdf")` prints it, `bq.save(result, "maps/sanggou")` writes NetCDF, GeoTIFF,
# GeoPackage and CSV with a manifest. `bayqa run` does all this for every bay of a region:
# see `03_region`.
