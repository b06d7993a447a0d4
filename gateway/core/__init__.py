"""The floor of the house: what every app stands on. It imports no app."""
