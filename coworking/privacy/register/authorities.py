"""Who watches over personal data, by country, for complaints (GDPR Art. 77) and for telling of incidents (Art. 33): dated rows.

Address and phone stand only where the authority's own page was read on ``reviewed_on``; a wrong one is worse than a link.
"""

from dataclasses import dataclass
from datetime import date

from .laws import OTHER, READ


@dataclass(frozen=True, slots=True)
class Authority:
    """One supervisory authority, under the name that it gives itself. ``complaint_url``: where it takes complaints."""

    country: str
    name: str
    url: str
    complaint_url: str
    address: tuple[str, ...] = ()
    phone: str = ""
    since: date = date(2018, 5, 25)
    until: date | None = None
    reviewed_on: date = READ


BOARD = "https://www.edpb.europa.eu/about-edpb/about-edpb/members_en"
AUTHORITIES = (
    Authority("NO", "Datatilsynet", "https://www.datatilsynet.no", "https://www.datatilsynet.no/om-datatilsynet/kontakt-oss/klage-til-datatilsynet",
              ("Postboks 458 Sentrum", "0105 Oslo"), "+47 22 39 69 00"),
    Authority("FR", "CNIL", "https://www.cnil.fr", "https://www.cnil.fr/fr/plaintes",
              ("3 place de Fontenoy", "TSA 80715", "75334 Paris Cedex 07"), "+33 1 53 73 22 22"),
    Authority("GB", "Information Commissioner’s Office", "https://ico.org.uk", "https://ico.org.uk/make-a-complaint/",
              ("Wycliffe House", "Water Lane", "Wilmslow, Cheshire SK9 5AF"), "+44 303 123 1113"),
    Authority("DK", "Datatilsynet", "https://www.datatilsynet.dk", "https://www.datatilsynet.dk/borger/klage", (), "+45 33 19 32 00"),
    Authority("SE", "Integritetsskyddsmyndigheten", "https://www.imy.se", "https://www.imy.se/privatperson/utfora-arenden/lamna-ett-klagomal/"),
    Authority("FI", "Tietosuojavaltuutetun toimisto", "https://tietosuoja.fi", "https://tietosuoja.fi"),
    Authority("IS", "Persónuvernd", "https://www.personuvernd.is", "https://www.personuvernd.is"),
    Authority("DE", "Der Bundesbeauftragte für den Datenschutz und die Informationsfreiheit", "https://www.bfdi.bund.de",
              "https://www.bfdi.bund.de/DE/Service/Anschriften/Laender/Laender-node.html"),
    Authority("AT", "Österreichische Datenschutzbehörde", "https://www.dsb.gv.at", "https://www.dsb.gv.at"),
    Authority("BE", "Autorité de protection des données", "https://www.autoriteprotectiondonnees.be", "https://www.autoriteprotectiondonnees.be"),
    Authority("CH", "Eidgenössischer Datenschutz- und Öffentlichkeitsbeauftragter", "https://www.edoeb.admin.ch", "https://www.edoeb.admin.ch"),
    Authority("ES", "Agencia Española de Protección de Datos", "https://www.aepd.es", "https://www.aepd.es"),
    Authority("IE", "Data Protection Commission", "https://www.dataprotection.ie", "https://www.dataprotection.ie"),
    Authority("IT", "Garante per la protezione dei dati personali", "https://www.garanteprivacy.it", "https://www.garanteprivacy.it"),
    Authority("LU", "Commission nationale pour la protection des données", "https://cnpd.public.lu", "https://cnpd.public.lu"),
    Authority("NL", "Autoriteit Persoonsgegevens", "https://www.autoriteitpersoonsgegevens.nl", "https://www.autoriteitpersoonsgegevens.nl"),
    Authority("PL", "Urząd Ochrony Danych Osobowych", "https://uodo.gov.pl", "https://uodo.gov.pl"),
    Authority("PT", "Comissão Nacional de Proteção de Dados", "https://www.cnpd.pt", "https://www.cnpd.pt"),
    Authority(OTHER, "European Data Protection Board, list of authorities", BOARD, BOARD),
)  # fmt: skip


def authority_of(country: str, on: date = READ) -> Authority:
    """The authority of ``country`` (ISO 3166-1, two letters) on a day; the European board's list where we know none."""
    for place in (country.upper(), OTHER):
        for row in AUTHORITIES:
            if row.country == place and row.since <= on and (row.until is None or on <= row.until):
                return row
    raise LookupError(f"no authority for {country}")
