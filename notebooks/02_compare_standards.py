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
# # The same water under two standards
#
# A standard is a table, not code. The fields are computed once; each standard classifies them by its
# own limits and rule. Coast real, values a **demonstration** (演示数据).

# %%
import bayqa as bq

folder = "../data/weihai/"
bays = bq.read_bays(folder + "bays.gpkg").loc[["rushan"]]
land = bq.read_land(folder + "land.gpkg")
samples = bq.flag(bq.read_samples(folder + "samples.csv", preset="mee-feed"), bays, land=land)
bq.list_standards()[["id", "title_en", "evidence"]].head(16)

# %% [markdown]
# Each figure of a standard carries its clause and the evidence behind it.

# %%
gb3097 = bq.load_standard("GB 3097-1997")
[(limit.parameter, limit.edges, limit.clause, limit.evidence) for limit in list(gb3097.limits.values())[:5]]

# %% [markdown]
# At a limit the standard says which side counts: dissolved oxygen must be **above** 6 for class I,
# inorganic nitrogen may be **equal** to 0.20.

# %%
gb3097.grade("do", [6.01, 6.00]), gb3097.grade("din", [0.20, 0.201])

# %% [markdown]
# Rushan Bay has a narrow inlet and a river at its head: the bay where standards differ most.

# %%
result = bq.assess(bays, samples, gb3097, spacing=100, land=land, years=[2023], draws=50)
bq.plot_classes(result.classes, gb3097, campaign="2023-autumn", stations=result.stations);

# %%
japan = bq.load_standard("jp-sea-a")
bq.plot_classes(bq.classify(result.grids, japan), japan, campaign="2023-autumn", stations=result.stations);

# %% [markdown]
# `compare` puts the shares side by side and says which parameters each standard could judge, and which
# it asks for that were not measured.

# %%
table = bq.compare(result, ["GB 3097-1997", "jp-sea-a"])
annual = table[(table["campaign"] == "annual") & (table["parameter"] == "overall")]
annual[["standard", "category", "area_km2", "share", "good", "judged", "absent"]].round(3)

# %% [markdown]
# The categories of two standards are not the same thing under other names: they protect different
# uses, ask for different parameters and join them by different rules. Read the table row by row and
# keep the standard's id beside every figure.

# %% [markdown]
# ## Which parameter decides
# The share of each parameter alone shows what holds the bay back.

# %%
own = result.shares[result.shares["campaign"] == "annual"]
own.pivot_table(index="parameter", columns="category", values="share", sort=False).round(3)
