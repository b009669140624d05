"""Recorded answers: a few invented companies, for development, tests and the demo square. Nothing is fetched."""

from __future__ import annotations

from app.organisations.cvr import Company

COMPANIES = {
    company.cvr: company
    for company in (
        Company("99000686", "Nordlys Sensorer ApS", "Havnegade 14, 8000 Aarhus C", "0751"),
        Company("99001097", "Gudenå Vandteknik A/S", "Åvej 3, 8600 Silkeborg", "0740"),
        Company("99006714", "Djurs Genbrugsbyg ApS", "Møllevej 22, 8500 Grenaa", "0707"),
        Company("99007125", "Fjordens Mobilitet ApS", "Kajgade 8, 8700 Horsens", "0615"),
        Company("99009454", "Kronjyllands Data A/S", "Østervold 5, 8900 Randers C", "0730"),
        Company("99010002", "Samsø Øvarme AMBA", "Langgade 40, 8305 Samsø", "0741"),
        Company("99011920", "Domkirkens Digitale ApS", "Sct. Mogens Gade 1, 8800 Viborg", "0791"),
        Company("99012331", "Odder Plejehjælp ApS", "Banegårdsgade 9, 8300 Odder", "0727"),
    )
}


class RecordedRegister:
    def find(self, number: str) -> Company | None:
        return COMPANIES.get(number)
