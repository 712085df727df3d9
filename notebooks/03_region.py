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
# # A region: many bays in one run
#
# `bayqa run REGION.toml` on the command line and `run_region` here do the same. The region file has
# the words of the function arguments. Coast real, values a **demonstration** (演示数据).

# %%
import shutil
import tempfile
from pathlib import Path

import bayqa as bq

folder = Path(tempfile.mkdtemp())
shutil.copytree("../data/weihai", folder / "data/weihai")
print((folder / "data/weihai/weihai.toml").read_text(encoding="utf-8"))

# %% [markdown]
# On a copy, with one year, coarser cells and fewer draws, so that this page is quick.

# %%
path = folder / "data/weihai/weihai.toml"
text = path.read_text(encoding="utf-8").replace("spacing = 100", "spacing = 200")
text = text.replace("[2021, 2022, 2023]", "[2023]").replace("draws = 200", "draws = 40")
path.write_text(text, encoding="utf-8")
region = bq.read_region(path)

# %%
run = bq.run_region(region, bays=["sanggou", "ailian", "rushan"], sheets=False)
run.summary

# %% [markdown]
# One line of figures for the whole region, and one tidy table for each subject.

# %%
run.headline

# %%
{name: len(table) for name, table in run.tables.items()}

# %% [markdown]
# How each bay stands, year by year, with the share of good water and its rating.

# %%
ratings = run.tables["ratings"]
ratings.loc[ratings["campaign"] == "annual", ["bay_id", "year", "label_zh", "label_en", "good_share"]].round(3)

# %% [markdown]
# The register of beautiful bays: five units of the city are publicly known to be recognised. "Full" means
# every unit of a region; what is unknown stays unknown.

# %%
run.tables["coverage"].round(3)

# %% [markdown]
# Everything is on disk as open files, each bay in its own folder, with a manifest that says which
# inputs, settings and versions made it.

# %%
sorted(str(path.relative_to(run.folder)) for path in run.folder.glob("[a-z]*/[a-z]*"))
