"""Points as properties try them: everywhere, and often where maps go wrong."""

from hypothesis import strategies as st

from geoclimate.domain.places import Point

LATITUDES = st.one_of(st.sampled_from([-90.0, -89.9999, 0.0, 89.9999, 90.0]), st.floats(-90.0, 90.0))
LONGITUDES = st.one_of(
    st.sampled_from([-180.0, -179.9999, 0.0, 179.9999, 180.0]), st.floats(-180.0, 180.0), st.floats(179.0, 180.0)
)
POINTS = st.builds(Point, LATITUDES, LONGITUDES)
