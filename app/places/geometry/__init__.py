"""Boundaries as geometry: checking a file of them, finding the one that holds a point, drawing them with few points.

Pure functions and plain data; longitude comes before latitude, WGS84 degrees, distances in kilometres.
"""
