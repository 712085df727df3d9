"""What each campaign rests on, as variables of the NetCDF file: distances and fitted scales."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from bayqa.assess.assessment import Assessment

__all__ = ["list_evidence"]


def list_evidence(
    result: Assessment, spreads: Mapping[str, Mapping[str, object]]
) -> dict[str, xr.DataArray]:
    """Distance by water to the nearest station, and what was fitted to each parameter.

    Parameters
    ----------
    result : Assessment
        Without `evidence` nothing is given.
    spreads : mapping of str to mapping
        Attributes of each ``<p>_sd``; the prior sd is in the same scale.

    Returns
    -------
    dict of str to DataArray
        ``station_distance`` (network_number, y, x), metres, NaN on land and where no way by water
        leads to a station; for each parameter ``<p>_network`` (campaign), its number from 0,
        ``<p>_range_m`` (campaign), ``<p>_prior_sd`` (campaign).
    """
    evidence = result.evidence
    if evidence is None:
        return {}
    distance = evidence["station_distance"]
    about = {**distance.attrs, "grid_mapping": "spatial_ref"}
    reached = np.where(np.isfinite(distance.to_numpy()), distance.to_numpy(), np.float32(np.nan))
    out = {"station_distance": xr.DataArray(reached, dims=distance.dims, attrs=about)}
    for name in evidence["parameter"].to_numpy().astype(str):
        if name in spreads:
            out |= _scales_of(evidence.sel(parameter=name), name, spreads[name])
    return out


def _scales_of(one: xr.Dataset, name: str, spread: Mapping[str, object]) -> dict[str, xr.DataArray]:
    kept = {key: spread[key] for key in ("units", "scale") if key in spread}
    rows = {
        "network": {"long_name": "number of the station_distance that holds", "units": "1"},
        "range_m": {"long_name": f"fitted range of {name}", "units": "m"},
        "prior_sd": {**kept, "long_name": f"standard deviation of {name} far from any station"},
    }
    return {
        f"{name}_{key}": xr.DataArray(one[key].to_numpy(), dims=("campaign",), attrs=attrs)
        for key, attrs in rows.items()
    }
