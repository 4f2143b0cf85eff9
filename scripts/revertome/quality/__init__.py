"""Quality: which samples can be trusted, and which are used."""
