"""Mutated replies of clouds: every field of every recorded reply dropped, nulled or retyped."""
