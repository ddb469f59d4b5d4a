"""Open311 GeoReport v2: the city's matters in the form that other cities' programs speak."""
