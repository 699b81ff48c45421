"""What `template.yaml` makes of SES: the identity, what it tells of mails, and the records an operator copies."""

from __future__ import annotations

from local.stack.template import referred
from tests.support.sam_template import QUEUES, SAM, statements

DOMAIN = {"Fn::Select": [1, {"Fn::Split": ["@", {"Ref": "SenderAddress"}]}]}
(IDENTITY,) = SAM.of_type("AWS::SES::EmailIdentity").values()
(RULE,) = SAM.of_type("AWS::Events::Rule").values()


def test_identity_is_made_once_and_kept() -> None:
    """One stack of an account makes the domain's identity, signs with keys of 2048 bits, and leaves it when it goes.

    A first deployment that fails takes it away again: it has the domain's name, so the next one could not make it.
    """
    resource = SAM.resources["SenderIdentity"]
    assert resource["Condition"] == "ManagesSender"
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    assert IDENTITY["EmailIdentity"] == DOMAIN
    assert IDENTITY["DkimSigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}


def test_bounces_go_to_an_own_domain_and_to_no_mailbox() -> None:
    """SPF passes for the sender's domain; until its MX record is there, mail leaves all the same."""
    assert IDENTITY["MailFromAttributes"]["BehaviorOnMxFailure"] == "USE_DEFAULT_VALUE"
    assert IDENTITY["MailFromAttributes"]["MailFromDomain"] == {"Fn::Sub": ["bounce.${Domain}", {"Domain": DOMAIN}]}
    assert IDENTITY["FeedbackAttributes"] == {"EmailForwardingEnabled": False}


def test_ses_tells_what_became_of_mails_but_not_who_opened_them() -> None:
    """No event for opens and clicks: asking for those is what adds a pixel and rewrites links."""
    (events,) = SAM.of_type("AWS::SES::ConfigurationSetEventDestination").values()
    wanted = {"send", "delivery", "bounce", "complaint", "reject", "renderingFailure", "deliveryDelay"}
    assert set(events["EventDestination"]["MatchingEventTypes"]) == wanted
    assert events["EventDestination"]["Enabled"] is True
    bus = events["EventDestination"]["EventBridgeDestination"]["EventBusArn"]["Fn::Sub"]
    assert bus.endswith(":event-bus/default")  # SES knows no other


def test_the_rule_hears_of_this_stacks_mails_alone() -> None:
    """Every stack's events come over the account's one bus; the configuration set tells them apart."""
    tags = {"ses:configuration-set": [{"Ref": "ConfigurationSet"}]}
    assert RULE["EventPattern"] == {"source": ["aws.ses"], "detail": {"mail": {"tags": tags}}}


def test_an_event_that_cant_be_handed_over_is_kept() -> None:
    """EventBridge tries for a day and then puts the event aside; only this rule may write to either queue."""
    (target,) = RULE["Targets"]
    assert referred(target["Arn"]) == "FeedbackQueue"
    assert referred(target["DeadLetterConfig"]["Arn"]) == "FeedbackDeadLetterQueue"
    assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] == 24 * 3600
    (allowed,) = [own for _, own in statements() if own.get("Principal") == {"Service": "events.amazonaws.com"}]
    assert {referred(queue) for queue in allowed["Resource"]} == {"FeedbackQueue", "FeedbackDeadLetterQueue"}
    assert allowed["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": ["FeedbackRule", "Arn"]}}}


def test_events_wait_as_long_as_sqs_allows() -> None:
    """Nobody tells a lost event again, so the queue keeps it for 14 days, as the dead end after it does."""
    kept = {QUEUES[name]["MessageRetentionPeriod"] for name in ("FeedbackQueue", "FeedbackDeadLetterQueue")}
    assert kept == {14 * 24 * 3600}


def test_outputs_are_records_to_copy() -> None:
    """Three keys, MX and SPF for bounces, and a DMARC record that only asks for reports: name, type, value."""
    records = {name: own for name, own in SAM.outputs.items() if "Record" in name}
    assert {name: own.get("Condition") for name, own in records.items()} == {
        **dict.fromkeys(
            ("DkimRecord1", "DkimRecord2", "DkimRecord3", "MailFromMxRecord", "MailFromSpfRecord"), "ManagesSender"
        ),
        "DmarcRecord": None,
    }
    for number in "123":
        wanted = f"${{SenderIdentity.DkimDNSTokenName{number}}} CNAME ${{SenderIdentity.DkimDNSTokenValue{number}}}"
        assert records[f"DkimRecord{number}"]["Value"] == {"Fn::Sub": wanted}
    texts = {name: own["Value"]["Fn::Sub"][0] for name, own in records.items() if "Dkim" not in name}
    assert texts == {
        "MailFromMxRecord": "bounce.${Domain} MX 10 feedback-smtp.${AWS::Region}.amazonses.com",
        "MailFromSpfRecord": 'bounce.${Domain} TXT "v=spf1 include:amazonses.com ~all"',
        "DmarcRecord": '_dmarc.${Domain} TXT "v=DMARC1; p=none; rua=mailto:${AlarmEmail}"',
    }
