"""How long tests wait for what may hang. No statement about speed: a busy machine is no failure."""

HUNG = 1200  # seconds
