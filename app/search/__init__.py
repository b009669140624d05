"""The front of house: home, search across everything, "my square", and the pages every site must have."""
