"""Lists as other tools export them, with invented people: who comes in, and who must not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from convener.intake.subscribers.consent_survey import ConsentQuestion, yes_means
from convener.intake.subscribers.importing import sort_list
from convener.intake.subscribers.lines import LineOutcome
from convener.intake.subscribers.reading import read_people
from tests.support.fake_unit_of_work import FakeUnitOfWork
from tests.support.lists import KEY, import_request

MEMBER = "Email Address,First Name,Last Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,{}NOTES,TAGS"
JOINED = "Anna,Lee,2023-04-21 11:16:57,203.0.113.9,2023-04-21 11:18:02,203.0.113.9,2023-04-21 11:18:02"

EXPORTS: dict[str, tuple[str, Mapping[str, int]]] = {
    "audience, subscribed": (f"{MEMBER.format('')}\na@x.org,{JOINED},,\nb@x.org,{JOINED},unsubscribe?,\n", {"new": 2}),
    "audience, unsubscribed": (
        f"{MEMBER.format('UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON,')}\n"
        f"a@x.org,{JOINED},2023-09-01 08:00:00,September,NORMAL,,\nb@x.org,{JOINED},"
        f"2023-10-05 08:00:00,October,ABUSE,,\n",
        {"left": 1, "complained": 1},
    ),
    "audience, cleaned": (
        f"{MEMBER.format('CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,')}\na@x.org,{JOINED},2023-09-23 17:30:05,March,,\n",
        {"bounced": 1},
    ),
    "posts by mail": (
        "email,active_subscription,expiry,plan,email_disabled,created_at\na@x.org,false,,other,false,"
        "2024-01-15T10:00:00.000Z\n"
        "b@x.org,false,,other,true,2024-01-15T10:00:00.000Z\nc@x.org,true,2027-01-15T10:00:00.000Z,"
        "yearly,false,2024-01-15\n",
        {"new": 2, "left": 1},
    ),
    "posts by mail, dashboard": (
        "Email,Name,Subscription type,Activity,Cancel date,Receiving emails for\na@x.org,Anna Lee,Free,4,,All emails\n"
        "b@x.org,Ben Roe,Free,0,2024-02-01,None\n",
        {"new": 1, "left": 1},
    ),
    "members of a blog": (
        "id,email,name,subscribed_to_emails,complimentary_plan,created_at,deleted_at\n1,a@x.org,"
        "Anna Lee,true,false,2023-03-01,\n"
        "2,b@x.org,Ben,false,false,2023-03-01,\n3,c@x.org,Carl,true,false,2023-03-01,2023-04-01T10:00:00.000Z\n",
        {"new": 1, "left": 2},
    ),
    "contacts with a status": (
        "Email,First name,Status\na@x.org,Anna,active\nb@x.org,Ben,unsubscribed\nc@x.org,Carl,unreachable\n",
        {"new": 1, "left": 1, "bounced": 1},
    ),
    "flags": (
        "id,email,confirmed,blacklisted,optedin,bouncecount,entered,Firstname\n1,a@x.org,1,0,1,0,"
        "2023-03-01 10:00:00,Anna\n"
        "2,b@x.org,1,1,1,0,2023-03-01 10:00:00,Ben\n3,c@x.org,0,0,0,0,2023-03-01 10:00:00,Carl\n",
        {"new": 1, "left": 1, "unconfirmed": 1},
    ),
    "tickets": (
        "Order #,First Name,Email,Ticket Type,Order Type,Attendee Status,"
        "Keep me updated on more events from this organizer\n"
        "1,Anna,a@x.org,General,Free Order,Attending,Yes\n2,Ben,b@x.org,General,Free Order,Attending,No\n"
        "3,Carl,c@x.org,General,Free Order,Deleted,Yes\n",
        {"new": 1, "declined": 2},
    ),
    "answers of a form": (
        'Timestamp,Email Address,What is your name?,I agree to receive the monthly invitation by email\n'
        '4/18/2024 18:05:10,a@x.org,Anna Lee,"Yes, I agree"\n4/5/2024 7:15:22,b@x.org,Ben,'
        '\n5/6/2024 7:15:22,c@x.org,Carl,No\n',
        {"new": 1, "declined": 2},
    ),
    "a shop window": (
        "First Name,Email 1,Email subscriber status,SMS subscriber status,Created At (UTC+0)\nAnna,a@x.org,Subscribed,"
        "Never subscribed,2023-01-01\nBen,b@x.org,Never subscribed,Subscribed,\nCarl,c@x.org,Unsubscribed,,\n",
        {"new": 1, "declined": 1, "left": 1},
    ),
    "tickets that stand or are void": (
        "Ticket,Ticket First Name,Ticket Email,Void Status,Order Email,Join mailing list?\nGA,Anna,a@x.org,not void,"
        "boss@x.org,Yes\nGA,Ben,b@x.org,not void,boss@x.org,No\nGA,Carl,c@x.org,void,boss@x.org,Yes\n",
        {"new": 1, "declined": 2},
    ),
    "a ward's sheet": (
        "Name,Email,Nurse status,Band,"
        "Left-handed,Accepting students,Permission level,Active member since,Dietary needs\n"
        "Anna Lee,a@x.org,Registered Nurse,5,No,No,none,2019,no nuts\nBen Roe,b@x.org,Student,,Yes,Yes,read,2021,\n",
        {"new": 2},
    ),
    "a form with a tick box": (
        "Horodateur;Adresse e-mail;Prénom;J'accepte de recevoir l'invitation par e-mail\n2024-04-18;a"
        "@x.org;Zoé;J'accepte de "
        "recevoir l'invitation par e-mail\n2024-04-18;b@x.org;Léo;\n",
        {"new": 1, "declined": 1},
    ),
}  # fmt: skip


def sort(text: str, *answers: str) -> dict[str, int]:
    people = read_people(text.encode(), answers=[yes_means(each) for each in answers])
    report = sort_list(people, store=FakeUnitOfWork(), key=KEY, request=import_request())
    return {str(outcome): count for outcome, count in report.counts.items() if outcome is not LineOutcome.NOTE}


@pytest.mark.parametrize("tool", EXPORTS)
def test_whoever_said_no_elsewhere_is_not_new(tool: str) -> None:
    """Only a written yes is a yes, and payment, plans and tickets say nothing about mail."""
    text, totals = EXPORTS[tool]
    assert sort(text) == totals


ACCOUNTS = (
    "uuid,email,name,status,created_at\n1,a@x.org,Anna,enabled,2023\n2,b@x.org,Ben,blocklisted,2023\n3,"
    "c@x.org,Carl,disabled,2023\n"
)
ATTENDANCE = (
    "Meeting ID,Topic,Start Time,User Email,Participants,\n123,A talk,03/21/2024 05:50:01 PM,host@x.org,3,\n\n"
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent\n"
    "Anna Lee (iPad),a@x.org,03/21/2024 05:58:01 PM,03/21/2024 07:30:00 PM,92,Yes,Y\n"
    "Anna Lee,a@x.org,03/21/2024 07:30:10 PM,03/21/2024 07:31:00 PM,1,Yes,Y\nBen Roe,,"
    "03/21/2024 06:01:01 PM,,79,Yes,\n"
)


@pytest.mark.parametrize(
    ("text", "answer", "totals"),
    [
        (ACCOUNTS, "status=enabled", {"new": 1, "left": 2}),
        (ATTENDANCE, "Guest=Yes", {"new": 1, "duplicate": 1, "malformed": 1}),
    ],
    ids=["accounts", "attendance"],
)
def test_an_export_that_cannot_tell_asks(text: str, answer: str, totals: Mapping[str, int]) -> None:
    """An account is no subscription, and being there is no consent. The operator's answer decides."""
    with pytest.raises(ConsentQuestion):
        sort(text)
    assert sort(text, answer) == totals
