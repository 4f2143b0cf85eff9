"""Files from elsewhere: GEO series, platforms and MSigDB collections, through a cache."""
