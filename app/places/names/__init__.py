"""Names of places: the postcodes, parishes and local communities by which people know where they live.

Words: *place name* (stednavn), its *key* (the name as it can be typed on any keyboard), its *share* (how much of its
land lies in the municipality). A postcode that crosses a border has one row per municipality.
"""
