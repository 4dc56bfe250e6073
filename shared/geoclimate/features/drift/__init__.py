"""Whether a station still measures as it did: population stability and CUSUM after removing season and hour."""
