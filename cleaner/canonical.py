"""
The canonical form of a line: what is the same on every page of a site, with slots for the rest.

"Updated 14 hours ago" and "Updated 1 hour ago" are one line of a site's template. Each line is
masked by itself, so that counts of pages add up whoever counts them.
"""

import re

from cleaner.memory import remembered
from cleaner.prose import UNSPACED

SLOT = "#"
# Names of months, of weekdays and their short forms, in the languages of the rules. They are slots
# only beside a number: "May" is also a name, and "mars" a planet.
CALENDAR = frozenset(
    """
january february march april may june july august september october november december jan feb mar
apr jun jul aug sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday mon
tue tues wed thu thur thurs fri sat sun januar februar märz mai juni juli oktober dezember montag
dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa so enero febrero
marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles
jueves viernes sábado domingo janvier février mars avril juin juillet août septembre octobre
novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche janeiro fevereiro março maio
junho julho setembro outubro novembro dezembro gennaio febbraio aprile maggio giugno luglio
settembre ottobre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica januari
februari maart mei augustus maandag dinsdag woensdag donderdag vrijdag zaterdag zondag augusti
måndag tisdag onsdag torsdag fredag lördag söndag marts maj mandag tirsdag lørdag søndag desember
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta
lokakuuta marraskuuta joulukuuta stycznia lutego marca kwietnia maja czerwca lipca sierpnia
września października listopada grudnia января февраля марта апреля мая июня июля августа сентября
октября ноября декабря ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
agustus mei desember senin selasa rabu kamis jumat sabtu minggu يناير فبراير مارس أبريل مايو يونيو
يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
""".split()  # noqa: SIM905 - a list would fill two pages
)
NUMBER_RE = re.compile(
    rf"(?<![^\W_{UNSPACED}])[$€£¥]?\d+(?:[.,:/' -]\d+)*"
    r"(?:(?:st|nd|rd|th|h|k|m)\b|\s?(?:%|[ap]\.?m\b\.?))?",
    re.IGNORECASE,
)
BEFORE_RE = re.compile(r"\b([^\W\d_]+)[.,]{0,2} (?=#)")
AFTER_RE = re.compile(r"(?<=#)[.,]? ?(?:of |de |del )?([^\W\d_]+)\b\.?")
SLOTS_RE = re.compile(r"#(?:[.,]? (?:at |de |of |um |kl\. ?)?#|,? ?#)+")
UNIT_RE = re.compile(  # "an hour ago", "14 hours ago"
    r"(?:\d+|\ban?|\bone) (?:second|sec|minute|min|hour|hr|day|week|month|year)s?(?= ago\b)",
    re.IGNORECASE,
)
DIGIT_RE = re.compile(r"\d")
PLURAL_RE = re.compile(r"(?<=# )([^\W\d_]{3,}?)s\b")
LONGEST = 2000  # characters; longer lines are compared as they are


@remembered
def canonical(line: str) -> str:
    """
    Mask the numbers, dates, times, counts and percentages of a stripped line.

    >>> canonical("Updated 14 hours ago"), canonical("Updated an hour ago")
    ('Updated # ago', 'Updated # ago')
    >>> canonical("Monday, March 5, 2024 at 10:30 pm"), canonical("1 comment")
    ('#', '# comment')
    """
    line = " ".join(line.split())
    if len(line) > LONGEST:
        return line
    if " ago" in line:
        line = UNIT_RE.sub("0", line)  # a number from here on
    if DIGIT_RE.search(line):
        line = NUMBER_RE.sub(SLOT, line.replace(SLOT, ""))
        line = BEFORE_RE.sub(_name, BEFORE_RE.sub(_name, line))  # a weekday before a month
        line = SLOTS_RE.sub(SLOT, AFTER_RE.sub(_name, line))
        line = PLURAL_RE.sub(r"\1", line)
    return line


def _name(word: re.Match[str]) -> str:
    """Leave out a name of the calendar that stands beside a number."""
    return "" if word[1].lower() in CALENDAR else word[0]
