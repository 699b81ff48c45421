"""Classes of English words that tell people from organisations, posts and subjects. No names."""

from __future__ import annotations

import re


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


TITLES = words_of(
    """
    dr prof professor sir dame lord lady baroness baron mr mrs ms miss mx rev reverend canon father sister rabbi
    imam rt hon emeritus
    """
)
PARTICLES = words_of(
    """
    de da di del della der den van von bin bint ibn ben al el la las le los dos das du ten ter af av zu zur ap ab ferch
    verch y e i
    """
)
POST_NOMINALS = words_of(
    """
    OBE MBE CBE KBE DBE CH FRS PhD MD RN RM FRCP FRCN MSc BSc FRCGP FRCPCH Jr Sr II III
    """
)

# Words of posts. Alone, or at the end of several capitalised words, they name a role and not a person.
ROLES = words_of(
    """
    academic activist actor administrator adviser advisor advocate ambassador analyst artist assistant associate
    author broadcaster campaigner captain carer ceo cfo chair chairman chairperson chairwoman champion
    chancellor chaplain chief clinician coach co-chair co-director co-founder cofounder co-lead colleague
    commissioner composer consultant coordinator co-ordinator counsellor dean deputy designer developer
    dietitian director doctor economist editor educator emerita emeritus engineer ethicist executive expert
    facilitator fellow filmmaker founder founder-director founding general governor gp graduate guide head
    historian host inspector interim intern investigator joint journalist judge junior lawyer lead leader
    lecturer librarian manager matron medic member mentor midwife midwives minister musician nurse nurses
    officer organiser paramedic partner patient pharmacist philosopher physician physiotherapist poet
    policymaker practitioner president presenter principal producer professor psychiatrist psychologist
    psychotherapist psychologists reader receptionist registrar regional representative researcher scholar
    scientist secretary senior sister sociologist specialist storyteller student supervisor surgeon teacher technician
    therapist trainee trainer treasurer trustee tutor vice vice-chair vice-president visiting volunteer
    volunteers writer youth
    """
)
# Words of other sets that are also a first name or a surname, in these places only.
FIRST_NAMES = words_of("april august charity june may sunday")
SURNAMES = words_of("french may west winter")
# Words of organisations and places. A name with one of them is not the name of a person.
ORGANISATIONS = words_of(
    """
    academy agency airline airlines alliance ambulance association authority board bureau business care carers
    centre center charity children's church city clinic coalition collaborative college commission committee
    community company consortium cooperative corporation council county department division enterprise england
    europe faculty federation forum foundation fund global government group health healthcare hospice hospital
    hospitals house inc initiative institute institution international ireland kingdom laboratory league library
    limited ltd ministry movement museum national network nhs office organisation organization orchestra
    parliament partners partnership party plc practice press programme project publishing red royal school
    schools scotland service services society states studio studios support surgery team theatre thinktank trust
    uk union united university wales workshop world
    """
)
# Words of organisations that may also be a subject, so that "Head of X" need not be a post at an organisation.
SUBJECTS_TOO = words_of(
    """
    business care carers charity children's church community division england europe global government group
    health healthcare international ireland kingdom national office practice press project programme publishing
    red royal scotland service services state states support surgery team theatre union united wales world
    """
)
ADJECTIVES_OF_PLACE = words_of(
    """
    african american asian australian british canadian danish dutch english european french german indian irish
    italian norwegian northern scottish southern spanish swedish swiss welsh western eastern north south east
    west central
    """
)
# Words of subjects, days and grammar that begin with a capital and are no part of a name.
OTHERS = words_of(
    """
    a about after all also an and another as at both but by can community conversation conversations covid day
    down each eight every five for four friday from guest guests he her here hers his how i if in it its join
    joined kindness listening meeting monday most my next nine no now on once one or our participants saturday
    seven session several she six so some speaker speakers sunday ten that the their then there these they this
    those three thursday to today together tonight tuesday two together watch we wednesday what when where which
    who why with yesterday you your january february march april june july august september october november
    december spring summer autumn winter christmas easter new year action arts awareness care clinical
    communication communities compassion compassionate culture design development digital education emergency
    empathy engagement equality equity ethics experience follow general governance grief human humanity
    improvement inclusion innovation intelligent intensive journal justice language leadership learning life
    management maternity medical medicine mental midwifery neonatal nursing organisational palliative people
    policy population practical primary psychology public quality research resources rights safety science
    sciences secondary social staff strategy studies syndrome teaching technology therapy training
    transformation wellbeing workforce hosts host moderator facilitator facilitators chaired together thanks
    black extinction future lives matter rebellion voices
    """
)
# A name behind one of these words in lower case is the name of a thing.
THINGS = words_of(
    """
    agency album app article book brand campaign centre charity club community company concept course document
    drug exhibition festival film foundation framework group hospital idea initiative journal magazine method
    model movement network newspaper novel organisation organization paper partnership play podcast practice
    programme project report school series song study surgery team theory toolkit trust university ward website
    """
)
# Words that may stand between a person's name and the rest of the sentence.
AFTER_A_NAME = words_of(
    """
    about also and & as at below both by each first for from here in last moderated next of on our then to
    together twice via who whose with will is are was were has have had again kindly all later later; below; –
    """
)
CLAUSES = words_of(
    """
    about across after as because before below but during explaining exploring how here if into on over so than
    that then through to under until upon what when where whether which while why who whose will within without
    is are was were has have had we they she he it this these reflecting sharing discussing speaking talking
    telling asking showing giving taking looking presenting describing using including followed along again
    """
)
RELATIVE = words_of(
    """
    who whose which whom where
    """
)
ADVERBS = words_of(
    """
    also then both each all kindly together first later next now again jointly generously recently
    """
)
SPEAKING = words_of(
    """
    addressed asked bring brings brought chair chaired chairs close closed considered convened coordinated
    co-hosted co-led delivered delivers describe described describes discuss discussed discusses examine
    examined explain explained explains explore explored explores facilitate facilitated facilitates gave give
    gives guide guided guides highlighted host hosted hosts introduce introduced introduces invite invited
    invites join joined joins launch launched lead leads led moderated offer offered offers open opened opens
    outlined perform performed played present presented presents read reflect reflected reflects reveal revealed sang
    share shared shares show showed shows spoke speak speaks take takes talk talked talks taught teach teaches tell
    tells told took walk walked walks shed set sets
    """
)
NO_ROLE = words_of(
    """
    our own very dear friend friends colleague colleagues guest guests speaker speakers co-speaker co-speakers
    host hosts co-host co-hosts by both from with and fellow special main keynote lead panellist panellists then
    the a an two three four five member members community
    """
)
JOINERS = words_of(
    """
    and & with plus alongside along together as well then also both by from featuring including former
    """
)
_ABSTRACT = re.compile(r"(?:ment|tion|sion|ship|ness|ity|ology|ics|ance|ence|ism|ive|ional|ical|ing)$")


def known_word(word: str) -> bool:
    """Return whether a capitalised word is known to be no part of a person's name."""
    low = word.lower().replace("’", "'").strip(".")
    single = low.removesuffix("s")
    return single in ROLES or low in ROLES | ORGANISATIONS | ADJECTIVES_OF_PLACE | OTHERS


def abstract_word(word: str) -> bool:
    """Return whether a word has the form of a subject or an adjective ("Development", "Organisational")."""
    return bool(_ABSTRACT.search(word.lower()))
