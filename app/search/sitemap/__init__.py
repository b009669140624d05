"""All public addresses for search engines: one list, or an index of lists where there are very many."""
