"""The learned pitch front end: a small network that hears degraded music and names its notes."""
