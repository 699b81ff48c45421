"""Addresses of a function and not of a person. Consent is a person's, and several people may read such an address.

RFC 2142 names the first addresses; the others are common in organisations, clinics and groups of volunteers.
"""

from __future__ import annotations

_RFC_2142 = """
    abuse ftp hostmaster info list-request marketing news noc postmaster sales security support usenet uucp webmaster
    www
"""
_COMMON = """
    accounts admin administrator all billing board bookings careers clinic committee community complaints contact
    customerservice do-not-reply donations editor editors education enquiries enquiry events everyone feedback finance
    frontdesk fundraising general hello help helpdesk hr inbox inquiries it jobs legal library mail mailer-daemon media
    members membership newsletter no-reply nobody noreply office operations orders payroll people press privacy
    reception recruitment root school secretary service staff subscribe surgery sysadmin team teams training trustees
    unsubscribe volunteer volunteering volunteers ward webteam welcome
"""
ROLES = frozenset(f"{_RFC_2142} {_COMMON}".split())


def is_role(normalised: str) -> bool:
    """Return whether a normalised address belongs to a function. The part after a plus sign does not count."""
    return normalised.partition("@")[0].partition("+")[0] in ROLES
