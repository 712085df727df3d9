"""Water-quality indices: plain functions of numbers and arrays, each with its units and source."""

from bayqa.assess.indices.beaches import (
    bathing_grade,
    bathing_suitability,
    clean_coast_index,
    eu_bathing_class,
    hk_beach_grade,
)
from bayqa.assess.indices.cards import (
    ccme_wqi,
    cfd_reference,
    gbr_score,
    korea_wqi,
    ncca_region_index,
    ncca_site_index,
    sdg_632,
)
from bayqa.assess.indices.estuaries import assets_condition, normalise_salinity
from bayqa.assess.indices.heat import heat_accuracy, heat_confidence, heat_eqrs, heat_unit
from bayqa.assess.indices.heat_period import heat_density, heat_period, heat_sampling
from bayqa.assess.indices.oxygen import (
    do_index,
    do_percent,
    do_saturation,
    ph_index,
    unionised_ammonia,
)
from bayqa.assess.indices.rivers import city_cwqi, cwqi, nsf_wqi
from bayqa.assess.indices.scales import grade, label, load_scales
from bayqa.assess.indices.sea import (
    eqgi,
    eutrophication,
    eutrophication_grade,
    nemerow,
    nutrient_levels,
    organic_pollution,
    organic_pollution_grade,
)
from bayqa.assess.indices.trophic import carlson_tsi, combine_trophic, icep, trix, trophic_state

__all__ = [
    "assets_condition",
    "bathing_grade",
    "bathing_suitability",
    "carlson_tsi",
    "ccme_wqi",
    "cfd_reference",
    "city_cwqi",
    "clean_coast_index",
    "combine_trophic",
    "cwqi",
    "do_index",
    "do_percent",
    "do_saturation",
    "eqgi",
    "eu_bathing_class",
    "eutrophication",
    "eutrophication_grade",
    "gbr_score",
    "grade",
    "heat_accuracy",
    "heat_confidence",
    "heat_density",
    "heat_eqrs",
    "heat_period",
    "heat_sampling",
    "heat_unit",
    "hk_beach_grade",
    "icep",
    "korea_wqi",
    "label",
    "load_scales",
    "ncca_region_index",
    "ncca_site_index",
    "nemerow",
    "normalise_salinity",
    "nsf_wqi",
    "nutrient_levels",
    "organic_pollution",
    "organic_pollution_grade",
    "ph_index",
    "sdg_632",
    "trix",
    "trophic_state",
    "unionised_ammonia",
]
