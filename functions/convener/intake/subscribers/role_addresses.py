"""Addresses of a function and not of a person: consent is a person's, and nobody knows who reads there.

RFC 2142 names the first ones; the others are what organisations, clinics and groups of volunteers call theirs.
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
    """Whether a normalised address is a function's. What follows a plus sign is the function's own sorting."""
    return normalised.partition("@")[0].partition("+")[0] in ROLES
