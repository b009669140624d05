"""Places: the twelve municipalities, their boundaries and the map.

Words: *municipality* (kommune), *boundary* (its outline on the map), *point* (longitude and latitude, WGS84).
Invariants: a code has four digits and is text; a point belongs to the municipality whose boundary holds it, or to
none.
"""
