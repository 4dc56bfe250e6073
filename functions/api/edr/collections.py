"""What can be retrieved: the collections of OGC API-EDR."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from functions.api.edr.coverage_json import coverage_parameter
from geoclimate.contracts.edr import CRS84, METRES, CollectionAnswer, LinkAnswer
from geoclimate.domain.errors import InvalidQuery
from geoclimate.domain.parameters import PARAMETERS
from geoclimate.domain.permissions import Permission
from geoclimate.services.read_point_series import QUANTILES

_STATISTICS: Final = {
    "": "median of the newest forecast, hour by hour",
    "_lower": "lower end of the interval that holds it with a probability of 80%",
    "_upper": "upper end of the interval that holds it with a probability of 80%",
}
_WKT: Final = (
    'GEOGCS["WGS 84 (CRS84)",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AXIS["Longitude",EAST],AXIS["Latitude",NORTH]]'
)
_QUERIES: Final = {
    "position": "The nearest station within 50 km",
    "radius": "All stations within a distance",
    "area": "All stations in a polygon",
    "locations": "One station by its id, or the list of them",
}


@dataclass(frozen=True, slots=True)
class Collection:
    """Data of one kind.

    Attributes:
        id: Last part of its path.
        title: One line.
        description: A sentence or two.
        permission: What a caller must be allowed.
        parameters: Descriptions of what can be asked for, by name.
    """

    id: str
    title: str
    description: str
    permission: Permission
    parameters: Mapping[str, dict[str, Any]]

    def names(self, asked: str | None) -> frozenset[str]:
        """The names that a request asks for.

        Raises:
            InvalidQuery: `parameter-name`: one is none of the collection's.
        """
        if asked is None:
            return frozenset(self.parameters)
        names = frozenset(asked.split(","))
        unknown = sorted(names - self.parameters.keys())
        if unknown:
            raise InvalidQuery(
                "parameter-name",
                f"names '{unknown[0]}', which the collection does not have; it has {', '.join(self.parameters)}",
            )
        return names

    def described(self, at: str) -> CollectionAnswer:
        """The collection for people and programs.

        Args:
            at: What leads from where this is read to the collection's path, such as `collections/`.
        """
        path = f"{at}{self.id}"
        return CollectionAnswer(
            id=self.id,
            title=self.title,
            description=self.description,
            keywords=("air quality", "weather", self.id),
            links=(
                LinkAnswer(href=path, rel="self", title=self.title),
                LinkAnswer(href=f"{path}/locations", rel="data", type="application/geo+json", title="Stations"),
            ),
            data_queries={name: _query(path, name, title) for name, title in _QUERIES.items()},
            parameter_names=dict(self.parameters),
        )


def _query(path: str, name: str, title: str) -> dict[str, Any]:
    variables: dict[str, Any] = {
        "title": title,
        "query_type": name,
        "output_formats": ["CoverageJSON", "GeoJSON"] if name == "locations" else ["CoverageJSON"],
        "default_output_format": "GeoJSON" if name == "locations" else "CoverageJSON",
        "crs_details": [{"crs": CRS84, "wkt": _WKT}],
    }
    if name == "radius":
        variables["within_units"] = list(METRES)
    return {"link": {"href": f"{path}/{name}", "rel": "data", "variables": variables}}


OBSERVATIONS: Final = Collection(
    id="observations",
    title="What was measured",
    description="Hourly means of what stations measured, over the full hours of UTC; null where nothing valid came.",
    permission="observations:read",
    parameters={code: coverage_parameter(parameter, "hourly mean") for code, parameter in PARAMETERS.items()},
)
FORECASTS: Final = Collection(
    id="forecasts",
    title="What is expected",
    description="The newest forecast of each station, hour by hour, of parameters that have a model in production.",
    permission="forecasts:read",
    parameters={
        code + ending: coverage_parameter(parameter, _STATISTICS[ending])
        for code, parameter in PARAMETERS.items()
        for ending in QUANTILES
    },
)
