"""What an account has: identities, configuration sets, the suppression list, and whether it may send at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from local.ses.errors import SesError, rejected
from local.ses.limits import SendingLimits
from local.ses.rules import bare


class Account:
    """One account in one Region. Everything may be looked at and changed from outside."""

    def __init__(self, limits: SendingLimits) -> None:
        self.limits = limits
        self.identities: set[str] = set()
        self.sets: dict[str, bool] = {}  # by name, whether it may send
        self.suppressed: dict[str, tuple[str, datetime]] = {}  # by address, the reason and since when
        self.sending_enabled = True

    def check_sender(self, sender: str, configuration_set: str) -> None:
        """Raises SesError where the sender isn't verified, the set isn't there, or either may not send now."""
        address = bare(sender).lower()
        domain = address.rpartition("@")[2]
        parents = {domain[place + 1 :] for place, letter in enumerate(domain) if letter == "."}
        if not {address, domain, *parents} & self.identities:
            raise rejected(
                "Email address is not verified. The following identities failed the check in region EU-WEST-2: "
                f"{bare(sender)}"
            )
        if configuration_set and configuration_set not in self.sets:
            raise SesError("NotFoundException", f"Configuration set <{configuration_set}> does not exist.")
        if not self.sending_enabled:
            raise SesError("SendingPausedException", "Sending is paused for this account.")
        if configuration_set and not self.sets[configuration_set]:
            raise SesError("SendingPausedException", f"Configuration set <{configuration_set}> sending is paused.")

    def on_list(self, addresses: Iterable[str]) -> list[str]:
        """Those of them that are suppressed."""
        return [address for address in addresses if bare(address).lower() in self.suppressed]

    def answer(self, operation: str, params: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Everything but sending. Raises SesError."""
        match operation:
            case "GetAccount":
                return self._told(now)
            case "PutAccountSendingAttributes":
                self.sending_enabled = bool(params.get("SendingEnabled"))
            case "CreateEmailIdentity":
                return self._identify(params["EmailIdentity"])
            case "GetEmailIdentity":
                _known(params["EmailIdentity"].lower(), self.identities, "Email identity")
                return {"IdentityType": _kind(params["EmailIdentity"]), "VerifiedForSendingStatus": True}
            case "ListEmailIdentities":
                return {"EmailIdentities": [_listed(name) for name in sorted(self.identities)]}
            case "CreateConfigurationSet":
                self._add_set(params["ConfigurationSetName"], params.get("SendingOptions", {}))
            case "PutConfigurationSetSendingOptions":
                _known(params["ConfigurationSetName"], self.sets, "Configuration set")
                self.sets[params["ConfigurationSetName"]] = bool(params.get("SendingEnabled"))
            case _:
                return self._suppression(operation, params, now)
        return {}

    def _told(self, now: datetime) -> dict[str, Any]:
        sent = {"SentLast24Hours": float(self.limits.sent(now))}
        quota = {"Max24HourSend": float(self.limits.daily), "MaxSendRate": float(self.limits.rate), **sent}
        return {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": "HEALTHY",
            "ProductionAccessEnabled": True,
            "SendQuota": quota,
            "SendingEnabled": self.sending_enabled,
            "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
        }

    def _identify(self, name: str) -> dict[str, Any]:
        if name.lower() in self.identities:
            raise SesError("AlreadyExistsException", f"Email identity {name} already exist.")
        self.identities.add(name.lower())  # nobody has to confirm anything here
        return {"IdentityType": _kind(name), "VerifiedForSendingStatus": True}

    def _add_set(self, name: str, options: dict[str, Any]) -> None:
        if name in self.sets:
            raise SesError("AlreadyExistsException", f"Configuration set <{name}> already exists.")
        self.sets[name] = bool(options.get("SendingEnabled", True))

    def _suppression(self, operation: str, params: dict[str, Any], now: datetime) -> dict[str, Any]:
        if operation == "ListSuppressedDestinations":
            reasons = params.get("Reasons") or ["BOUNCE", "COMPLAINT"]
            found = [self._entry(address) for address in sorted(self.suppressed)]
            return {"SuppressedDestinationSummaries": [one for one in found if one["Reason"] in reasons]}
        address = params["EmailAddress"].lower()
        if operation == "PutSuppressedDestination":
            self.suppressed[address] = (params["Reason"], now)
            return {}
        _known(address, self.suppressed, "Email address")
        if operation == "GetSuppressedDestination":
            return {"SuppressedDestination": self._entry(address)}
        del self.suppressed[address]
        return {}

    def _entry(self, address: str) -> dict[str, Any]:
        reason, since = self.suppressed[address]
        return {"EmailAddress": address, "Reason": reason, "LastUpdateTime": since.timestamp()}


def _known(name: str, names: Iterable[str], what: str) -> None:
    if name not in names:
        raise SesError("NotFoundException", f"{what} <{name}> does not exist.")


def _kind(name: str) -> str:
    return "EMAIL_ADDRESS" if "@" in name else "DOMAIN"


def _listed(name: str) -> dict[str, Any]:
    found = {"IdentityName": name, "IdentityType": _kind(name)}
    return {**found, "SendingEnabled": True, "VerificationStatus": "SUCCESS"}
