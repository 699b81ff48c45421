"""Columns that say who wants mail: their names, their words, and the question where they are not understood."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convener.errors import BadInput
from convener.intake.subscribers.consent_headers import ColumnKind, kind_of
from convener.intake.subscribers.consent_survey import ConsentQuestion, yes_means
from convener.intake.subscribers.lines import Problem, Refusal, Row
from convener.intake.subscribers.reading import read_people

NAMES = {
    ColumnKind.REFUSAL: """
        Unsubscribed; unsubscribed_at; UNSUB_TIME; UNSUB_REASON; opt-out; OptOut; Opted out;
        HasOptedOutOfEmail; doNotContact; do_not_contact; Do Not Email; DNC; blacklisted; Blocklisted;
        email_disabled; deleted_at; deletedAt; Cleaned; CLEAN_TIME; bounced; Hard bounces; Spam complaints;
        Suppressed; Consent withdrawn; Abgemeldet am; gesperrt; Désabonné; Désinscription le; Uitgeschreven;
        Fecha de baja; Disiscritto; Please do not email me; Tick if you do NOT want to receive emails; No
        newsletter; Opted out of email: Monthly talks; Do not invite; Not to be emailed; Remove me from the list;
        Objection to marketing; Kein Newsletter; Abbestellt am; Widerspruch; Unzustellbar; Ne souhaite plus recevoir;
        Geen uitnodiging; No desea recibir correos; Non vuole ricevere""",
    ColumnKind.REQUEST: """
        opt-in; OptIn; optedin; consent; Email consent; GDPR consent; Subscribed; subscribed_to_emails;
        is_subscribed; I agree to receive the monthly invitation by email; Keep me updated on more events
        and news from this organizer; Receiving emails for; Accepts Marketing; Newsletter?; Would you like
        to receive our newsletter?; May we email you?; Happy to be contacted; I agree to receive mails and
        can unsubscribe at any time; confirmed; Confirmed at; email_verified; Einwilligung; Ich möchte den
        Newsletter erhalten; J'accepte de recevoir les invitations; Toestemming; Acepto recibir correos;
        Consenso; I agree to be recorded and to get the newsletter; Wants invitation; Keep informed; Future events;
        Permission to contact by email; Zugestimmt; Darf kontaktiert werden; Op de hoogte houden; Invite?; Verteiler;
        Mogen wij u mailen?; Do you agree to be added to the nurses' list?""",
    ColumnKind.STATUS: """
        status; Subscription Status; Email marketing status; Member Status; standing; Subscriber type;
        Statut; Estado; Stato; Abostatus; Email delivery status; State; Contact type""",
    ColumnKind.EVENT: """
        Attendee Status; Approval Status; Registration Status; Order Status; Attended; RSVP; Join Time;
        Duration (Minutes); First Join; Cancelled; Void Status; Showed up""",
    ColumnKind.OTHER: """
        Recording Consent; Photo consent; I agree to be photographed; SMS consent; Terms accepted; Do you
        consent to recording?; SMS subscriber status; Consent to track""",
    ColumnKind.MENTION: """
        OPTIN_TIME; OPTIN_IP; CONFIRM_TIME; LAST_CHANGED; Subscription date; Subscription type; Ticket Type;
        Order Type; active_subscription; Cancel date; created_at; Notes; TAGS; Guest; Employment status;
        Consent source; Unsubscribe link; Photo; City; complimentary_plan; htmlemail; Would you like lunch?; Permission
        level; Agreed date of training; Accepting students; Marketing manager; Newsletter editor; Opt. phone; Optician;
        How did you hear about us?; Confirmed allergies; Blocked drain; Disabled access needed; Registered Nurse status;
        Training status; Do you agree that kindness matters?; Contract agreed;
        Pension opt out; Vaccine consent; Confirmed place; OK to lift""",
}  # fmt: skip


def cases() -> list[tuple[str, ColumnKind]]:
    return [(" ".join(name.split()), kind) for kind, names in NAMES.items() for name in names.split(";")]


@pytest.mark.parametrize(("name", "kind"), cases())
def test_a_column_is_known_by_its_name(name: str, kind: ColumnKind) -> None:
    """In the common languages, in any case, and as a question of a form."""
    assert kind_of(name) is kind
    assert kind_of(name.upper()) is kind or any(letter.isupper() for letter in name[1:])


def read(column: str, values: Sequence[str], *answers: str, more: str = "") -> dict[str, str]:
    """Return the outcome of each value of one column: “yes” for a line that may be imported, “no!” after a mark."""
    lines = "".join(f'p{number}@example.org,"{value}"\n' for number, value in enumerate(values))
    people = read_people(f'email,"{column}"\n{lines}{more}'.encode(), answers=[yes_means(each) for each in answers])
    found: dict[str, str] = {}
    for line in people:
        if isinstance(line, Row):
            found[values[line.line - 2]] = "yes"
        elif isinstance(line, Refusal):
            found[values[line.line - 2]] = f"{line.outcome}!"
        elif line.address:
            found[values[line.line - 2]] = str(line.outcome)
    return found


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Unsubscribed", {"No": "yes", "": "yes", "false": "yes", "Yes": "left!", "2023-09-01": "left!", "x": "left!"}),
        ("deleted_at", {"": "yes", "NULL": "yes", "0000-00-00 00:00:00": "yes", "2023-01-01T10:00:00Z": "left!"}),
        ("UNSUB_REASON", {"": "yes", "NORMAL": "left!", "ABUSE": "complained!", "They wrote to us": "left!"}),
        ("Bounced", {"no": "yes", "": "yes", "TRUE": "bounced!"}),
        ("bouncecount", {"0": "yes", "3": "yes"}),
        ("do_not_contact", {"0": "yes", "1": "left!", "Unsubscribed": "left!"}),
        ("Do you not want to receive emails?", {"": "yes", "Yes": "left!"}),
        ("opt-in", {"Yes": "yes", "1": "yes", "": "declined", "0": "declined", "No": "declined!", "2024-01-03": "yes"}),
        ("subscribed", {"t": "yes", "f": "left!", "": "declined"}),
        ("Receiving emails for", {"All emails": "yes", "None": "left!", "": "declined"}),
        ("confirmed", {"1": "yes", "0": "unconfirmed", "": "unconfirmed"}),
        ("Consent", {"Yes, please": "yes", "I agree": "yes", "I do not agree": "declined!", "No thanks": "declined!"}),
        ("Send me the invitation", {"✓": "yes", "": "declined", "☒": "declined!"}),
        ("Accord pour les courriels", {"Oui": "yes", "oui, merci": "yes", "non merci": "declined!"}),
        ("Einwilligung", {"ja": "yes", "Ja, gerne": "yes", "nein": "declined!", "": "declined"}),
        ("Status", {"active": "yes", "Unsubscribed": "left!", "cleaned": "bounced!", "": "declined",
                    "pending": "unconfirmed",
                    "Hard bounced": "bounced!", "Spam complaint": "complained!", "Never subscribed": "declined",
                    "abgemeldet": "left!", "désabonné": "left!", "blocklisted": "left!", "erased": "erased!",
                    "moved": "moved"}),
        ("Status", {"": "yes", "unsubscribed": "left!"}),
        ("Subscriber type", {"Free": "yes", "Paid": "yes", "Unsubscribed": "left!"}),
        ("Notes", {"spoke in March": "yes", "unsubscribed": "left!", "do not email": "left!", "": "yes"}),
        ("State", {"CA": "yes", "Texas": "yes"}),
        ("Active", {"yes": "yes", "no": "left!"}),
        ("Active", {"cycling": "yes", "swimming": "yes"}),
        ("Nurse status", {"Registered Nurse": "yes", "Student": "yes", "": "yes"}),
        ("Statut", {"Abonné": "yes", "Désabonné": "left!", "Nettoyé": "bounced!", "Non abonné": "declined"}),
        ("Estado", {"Suscrito": "yes", "Baja": "left!", "No suscrito": "declined", "Pendiente": "unconfirmed"}),
        ("Einwilligung", {"erteilt": "yes", "nicht erteilt": "declined!", "widerrufen": "left!"}),
        ("Estado", {"Jalisco": "yes", "Madrid": "yes"}),
        ("Type", {"regular": "yes", "premium": "yes", "unsubscribed": "left!", "unactivated": "unconfirmed",
                  "complained": "complained!"}),
        ("Marketing", {"Jo": "yes", "": "yes"}),
        ("Marketing", {"yes": "yes", "": "declined"}),
        ("Contact type", {"Customer": "yes", "Friend": "yes"}),
        ("Invite?", {"yes": "yes", "no": "declined!", "": "declined"}),
        ("No", {"x": "left!", "": "yes"}),
        ("No", {"1": "yes", "2": "yes"}),
        ("Invite?", {"sent in May": "yes", "": "yes"}),
        ("bounce_soft", {"2": "yes", "0": "yes"}),
        ("Opt-in", {"Please remove me": "declined!", "Not at this time": "declined!", "gerne": "yes",
                    "👎": "declined!", "Yes, then unsubscribed": "left!"}),
        ("Notes", {"unsubscribed in May": "left!", "Don't email": "left!", "asked to be removed": "left!",
                   "email bounces": "bounced!", "nicht mehr anschreiben": "left!", "ne plus contacter": "left!",
                   "left a message": "yes", "no": "yes", "stop the war": "yes"}),
        ("Tags", {"talk, unsubscribed": "left!", "[do-not-mail]": "left!", "newsletter, talk": "yes"}),
    ],
)  # fmt: skip
def test_only_a_written_yes_is_a_yes_and_a_no_is_a_no(column: str, values: dict[str, str]) -> None:
    """A blank is no yes where a yes is asked for, and no no where a no is noted. A line with “!” is remembered."""
    assert read(column, list(values)) == values


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", "enabled"), ("Status", "Registered Nurse"), ("How may we contact you?", "By phone"),
     ("status", "1"), ("status", "¿qué?"), ("Consent", "maybe"), ("Opt-in", "Yes, but not yet"),
     ("Opt-in", "by phone"), ("Do not contact", "by phone"), ("Newsletter", "Monthly news"), ("Status", "inactive"),
     ("Delivery status", "by_user"), ("Invite?", "perhaps")],
)  # fmt: skip
def test_a_value_that_is_not_understood_stops_the_import(column: str, value: str) -> None:
    """The question names the column, its values and the option; the answer settles it, and the rest stays out."""
    with pytest.raises(ConsentQuestion) as stopped:
        read(column, [value, "unsubscribed"])
    for word in (f"“{column}”", f"“{value}” (1)", "“unsubscribed” (1)", f'--yes-means "{column}={value}"'):
        assert word in str(stopped.value)
    assert read(column, [value, "unsubscribed", "other words"], f"{column.upper()} = {value.upper()}") == {
        value: "yes",
        "unsubscribed": "left!",
        "other words": "declined",
    }


@pytest.mark.parametrize("column", ["Recording Consent", "Photo consent", "Approval Status", "Join Time", "Attended"])
def test_being_there_or_being_recorded_is_no_consent_to_mail(column: str) -> None:
    """Such a list stops with the question, whatever the cells say; an opt-in beside it counts."""
    with pytest.raises(ConsentQuestion, match="no column says yes to mail"):
        read(column, ["Yes", "No", ""])
    people = read_people(f"email,{column},Opt-in\na@example.org,No,Yes\nb@example.org,Yes,No\n".encode())
    assert [type(line) for line in people if getattr(line, "address", "")] == [Row, Refusal]


def test_a_cancelled_order_is_no_consent() -> None:
    """An opt-in counts only with an order that stands, and a cancelled order is no no to mail."""
    people = read_people(b"email,Order status,Opt-in\na@x.org,Completed,Yes\nb@x.org,Refunded,Yes\n")
    assert [str(getattr(line, "outcome", "yes")) for line in people] == ["yes", "declined"]


def test_the_answer_may_be_about_any_column_of_an_attendance_list() -> None:
    """Only the named values come in then."""
    text = b"email,Guest,Join Time\na@x.org,Yes,10:00\nb@x.org,No,10:01\nc@x.org,,10:02\n"
    people = read_people(text, answers=[yes_means("guest=YES")])
    assert [str(getattr(line, "outcome", "yes")) for line in people if getattr(line, "line", 0) > 1] == [
        "yes",
        "declined",
        "declined",
    ]


@pytest.mark.parametrize(
    ("answer", "words"),
    [("Nobody=Yes", "no column called “Nobody”"), ("Consent=Perhaps", "no line has “Perhaps”"),
     ("Consent", "COLUMN=VALUE"), ("Recording consent=Yes", "something other than mail")],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_refused(answer: str, words: str) -> None:
    """A mistyped answer must not let anybody in, and recording is no consent to mail even if an operator says so."""
    with pytest.raises(BadInput, match=words):
        read_people(b"email,Consent,Recording consent\na@x.org,Yes,Yes\n", answers=[yes_means(answer)])


@pytest.mark.parametrize(
    "name", ["unsubscribed.csv", "opt-outs 2024.csv", "Bounces.csv", "cleaned_list.csv", "abgemeldet.csv"]
)
def test_the_name_of_a_file_may_say_no(name: str) -> None:
    """Where no column says anything, a list that is named after a no is not taken for a list of people who said yes."""
    with pytest.raises(ConsentQuestion, match="The name of the file, or a title in it, says"):
        read_people(b"email\na@x.org\n", file=name)
    read_people(b"email,Unsubscribed\na@x.org,yes\n", file=name)


def test_a_title_between_the_rows_may_say_no() -> None:
    """People who left often stand below the others, with the same columns. A person of that name is no title."""
    kept, left = "name,email\nAda Lee,a@x.org\n", "\nUnsubscribed\nname,email\nBen Roe,b@x.org\n"
    with pytest.raises(ConsentQuestion, match="a title in it, says “Unsub”"):
        read_people(f"{kept}{left}".encode())
    assert sum(isinstance(line, Row) for line in read_people(f"{kept}Bounce Hall,c@x.org\n".encode())) == 2


def test_a_second_row_of_headings_answers_nothing() -> None:
    """Some forms write what kind of answer a column holds below its question."""
    people = read_people(b"email,Opt-in\n,Response\na@x.org,Yes\nb@x.org,\n")
    assert [str(getattr(line, "outcome", "yes")) for line in people] == ["malformed", "yes", "declined"]


@given(
    columns=st.permutations([("email", "a@x.org"), ("first_name", "Ada"), ("Opt-in", "Yes"),
                             ("Unsubscribed", "2024-01-03"), ("City", "Leeds")]),
    case=st.sampled_from([str.lower, str.upper, str.title]),
)  # fmt: skip
def test_a_no_anywhere_is_a_no(columns: list[tuple[str, str]], case: object) -> None:
    """In any order of the columns, in any case, beside any yes."""
    header = ",".join(case(name) for name, _ in columns)  # type: ignore[operator]
    (found,) = (line for line in read_people(f"{header}\n{','.join(cell for _, cell in columns)}\n".encode())
                if not isinstance(line, Problem))  # fmt: skip
    assert isinstance(found, Refusal)
    assert found.since == "2024-01-03"
