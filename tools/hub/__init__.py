"""A class on a hub: simulated students, what they need, and what a larger class would."""
