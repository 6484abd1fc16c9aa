"""What each stage in code decides, case by case."""

import sys
from dataclasses import replace

import ftfy
import pytest

from cleaner.document import Document, Removal, document
from cleaner.errors import UsageError
from cleaner.pipeline import Cleaner
from cleaner.prose import is_prose
from cleaner.stages.author import find_author
from cleaner.stages.duplicate import find_headline, find_paragraph
from cleaner.stages.language import _langid, detect_language
from cleaner.stages.repair import repair, repair_encoding
from cleaner.stages.teaser import find_teaser
from cleaner.stages.tidy import find_blank_lines


@pytest.mark.parametrize(
    ("broken", "fixed"),
    [
        ("Die BÃ¤ckerei schlieÃŸt um fÃ¼nf.", "Die Bäckerei schließt um fünf."),
        ("â€œWir warten,â€\x9d sagte sie.", "“Wir warten,” sagte sie."),
        ("Ð£Ñ‚Ñ€Ð¾Ð¼ ÑˆÑ‘Ð» Ð´Ð¾Ð¶Ð´ÑŒ.", "Утром шёл дождь."),
        ("lÃƒÂ©gÃƒÂ¨re", "légère"),
        ("It\x92s late\x85", "It’s late…"),
        ("Il pleut\x85 encore", "Il pleut… encore"),
        ("Fish &amp;amp;amp; chips", "Fish & chips"),
        ("It&#x27;s &quot;5&nbsp;km&quot;", 'It\'s "5\u00a0km"'),
        ("a&#10;b &NewLine;c", "a b  c"),
        ("nothing &such; &amp no semicolon", "nothing &such; &amp no semicolon"),
        ("\x1b[31mred\x1b[0m and \x07bell", "red and bell"),
        ("\ud83d\ude00 \ud800", "😀 \ufffd"),
        ("Da\u00adten\u00adschutz\u200b \ufeffund\u2060so", "Datenschutz undso"),
        ("plain\u200d joiner and \u202ddirection\u202c", "plain joiner and direction"),
    ],
)
def test_repairs(broken: str, fixed: str) -> None:
    assert repair(broken) == fixed


@pytest.mark.parametrize(
    "text",
    [
        "“Curly” ‘quotes’ – and dashes… stay",
        "ﬁne ligatures, ｆｕｌｌ width ﾊﾝｶｸ, Å decomposed",
        "one\x85two\u2028three\u2029four\r",
        "می‌خواهم نمی‌دانم",  # Persian words need their non-joiners
        "क्‍ष and 👩‍👩‍👧 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
        "ภาษา\u200bไทย",  # Thai marks words with ZWSP
        "שלום \u200fabc\u200f!",
        "AT&T & Q&A; R&D",
        "café naïve Ångström ©",
    ],
)
def test_what_is_no_damage_stays(text: str) -> None:
    assert repair(text) == text


def test_ftfy_leaves_what_we_leave() -> None:
    """Our own steps aside, a line is what ftfy makes of it with typography left alone."""
    text = "La ministre a dÃ©clarÃ© que lâ€™Ã©cole ouvrirait."
    assert repair(text) == ftfy.fix_text(text, uncurl_quotes=False)


def test_a_repair_keeps_the_way_back() -> None:
    source = "cafÃ©\nFish &amp; chips\nplain\n"
    doc = repair_encoding(document(source))
    assert doc.body == "café\nFish & chips\nplain\n"
    assert [repair[2:] for repair in doc.repairs()] == [("Ã©", "é"), ("amp;", "")]
    assert doc.restore() == source
    assert doc.origin[doc.body.index("plain")] == source.index("plain")


def test_a_line_is_repaired_whatever_stands_on_other_lines() -> None:
    lines = ["Fish &amp; chips", "<b>x</b>", "AT&amp;T", "cafÃ©"]
    together = repair_encoding(document("\n".join(lines))).body
    assert together.split("\n") == [repair(line) for line in lines]


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        ("He left at noon.", True),
        ("“Nobody came,” she said.", True),
        ("„Niemand kam“, sagte sie.", True),
        ("Er kam, sah und ging wieder.[3]", True),
        ("東京で三日、雨が降り続いた。", True),
        ("वह दोपहर को चला गया।", True),
        ("وصلت العبارة متأخرة مرة أخرى، ولم يشتك أحد.", True),
        ("Was it the rain that kept them all at home that evening, she asked? Nobody knew.", True),
        ("Contact us", False),
        ("Why?", False),
        ("Is this the end of the road?", False),
        ("Council votes to close the harbour bridge", False),
        ("SIGN UP TO OUR NEWSLETTER TODAY AND NEVER MISS A STORY.", False),
        ("Read more…", False),
        ("関連記事", False),
        ("", False),
    ],
)
def test_prose(line: str, prose: bool) -> None:
    assert is_prose(line) is prose


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Rat vertagte die Abstimmung, weil der Bericht noch nicht vorlag.", "de"),
        ("THE COUNCIL PUT OFF THE VOTE BECAUSE THE REPORT HAD NOT ARRIVED IN TIME.", "en"),
        ("渡轮又晚点了，码头上没有人抱怨，因为大家都习惯了。孩子们在岸边玩耍，老人们坐在长椅上聊天，"
         "等着下一班船的到来。", "zh"),
        ("Advertisement", "und"),
        ("", "und"),
        ("12345 67890 " * 20, "und"),
    ],
)  # fmt: skip
def test_language(text: str, language: str) -> None:
    assert detect_language(text) == language


def test_another_detector_tells_languages_too(monkeypatch: pytest.MonkeyPatch) -> None:
    tool = Cleaner(detector="py3langid")
    assert (
        tool.clean("Der Rat vertagte die Wahl, weil der Bericht noch nicht vorlag.").language
        == "de"
    )
    assert tool.clean("Advertisement").language == "und"
    assert not Cleaner(detector="none").clean("Der Rat vertagte die Wahl bis zum Herbst.").language
    with pytest.raises(UsageError, match="none of langdetect, py3langid, none"):
        Cleaner(detector="langid")
    monkeypatch.setitem(sys.modules, "py3langid", None)
    _langid.cache_clear()
    with pytest.raises(UsageError, match="pip install"):
        Cleaner(detector="py3langid")
    _langid.cache_clear()


def test_language_is_that_of_the_prose_and_can_be_told(tool: Cleaner) -> None:
    prose = "Der Rat vertagte die Abstimmung, weil der Bericht noch nicht vorlag.\n" * 2
    assert tool.clean("Home\nSign up\nContact us\n" + prose).language == "de"
    assert tool.clean(prose, language="sv").language == "sv"
    assert Cleaner(language="sv").clean(prose).language == "sv"


def taken(doc: Document, found: object) -> list[str]:
    return [doc.text[removal.start : removal.end] for removal in found]  # type: ignore[attr-defined]


HEADLINE = "Tram line nine reopens in spring"
SENTENCE = "The depot burned down two years ago, and rebuilding it took longer than planned."


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (f"{HEADLINE}\n{HEADLINE}\n{SENTENCE}", [f"{HEADLINE}\n"]),
        (f"News\n{HEADLINE}\n\n{HEADLINE.upper()}\n\n{SENTENCE}", [f"{HEADLINE.upper()}\n"]),
        (f"{HEADLINE}\n{SENTENCE}\n{HEADLINE}", []),
        (f"{HEADLINE}\nSome\nverses\nbetween\n{HEADLINE}\n{SENTENCE}", []),
        (f"No more.\nNo more.\n{SENTENCE}", []),
        (f"{HEADLINE}\n{HEADLINE}", []),
    ],
)
def test_a_headline_printed_twice(text: str, gone: list[str]) -> None:
    doc = document(text)
    assert taken(doc, find_headline(doc)) == gone


LONG = "The council will sell the old pumping station by the canal to a housing trust, which "
LONG += "promised to keep its chimney and its clock."


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (f"{LONG}\n{SENTENCE}\n{LONG}", [f"\n{LONG}"]),
        (f"{LONG}\n{SENTENCE}\n{LONG}\n{LONG}\n", [f"{LONG}\n", f"{LONG}\n"]),
        (f"{SENTENCE}\n{LONG}\n{SENTENCE}", []),
        ("“I was not there,” he said.\nA pause.\n“I was not there,” he said.", []),
    ],
)
def test_a_paragraph_repeated(text: str, gone: list[str]) -> None:
    doc = document(text)
    assert taken(doc, find_paragraph(doc)) == gone


@pytest.mark.parametrize(
    ("text", "start", "end", "left"),
    [
        ("A\n\nX\n\nB", 3, 5, "A\n\nB"),
        ("A\nX\nB", 2, 4, "A\nB"),
        ("A\n\n\n\nX\n\nB", 5, 7, "A\n\n\n\nB"),
        ("X\n\nA", 0, 2, "A"),
        ("A\n\nX", 2, 4, "A"),
        ("A\n\nX\n", 3, 5, "A\n"),
        ("A\r\n\r\nX\r\n\r\nB", 5, 8, "A\r\n\r\nB"),
        ("A\n\n\nB\nX\n\n\n\nC", 6, 8, "A\n\n\nB\n\n\n\nC"),
        ("X", 0, 1, ""),
    ],
)
def test_tidy_leaves_as_many_blank_lines_as_stood_together(
    text: str, start: int, end: int, left: str
) -> None:
    doc = document(text).without([Removal(start, end, "ad.label")])
    assert doc.without(find_blank_lines(doc)).text == left


STORY = "The bakery on Mill Lane will close in June after ninety years.\n"


@pytest.mark.parametrize(
    "footer",
    [
        "Contact Us\nElmford Radio Club\nFollow Us\nSite Map\n"
        "Elmford Radio Club is run by volunteers and has no ties to any licensed broadcaster.",
        "  Contact Us\n  • Elmford Ca.\n  • info@example.org\n  Follow Us\nSite Map\n  About\n\n"
        "ElmfordRadio is a hobby page. We are not endorsed by any authority.",
        "Site Map\nContact us\nFollow us\nHillside Quilting Supplies, Unit 4",
    ],
)
def test_an_unrelated_footer_goes_with_its_last_sentence(tool: Cleaner, footer: str) -> None:
    doc = tool.clean(STORY + footer)
    assert doc.text.strip() == STORY.strip()


@pytest.mark.parametrize(
    "ending",
    [
        "Contact the bakery: 01632 960 112\nOpen daily until noon",
        "Follow us, says the sign.\nContact us, says another. The bakery answers to neither.",
        "Tickets: 12 euros\nMill Lane 4\nSaturday, 8 pm",
        "If you have been affected, the Elmford helpline answers day and night.\n01632 960 112",
    ],
)
def test_an_ending_that_belongs_to_the_story_stays(tool: Cleaner, ending: str) -> None:
    assert tool.clean(STORY + ending).text == STORY + ending


def test_the_last_sentence_between_an_appeal_and_widgets_stays(tool: Cleaner) -> None:
    story = (
        "The swimming pool lost half of its water on Sunday night, and nobody could say where.\n\n"
        "Divers found a crack as long as a bus below the second diving board of the pool.\n\n"
        "The council will pay for the repair from what it had put aside for a new slide.\n\n"
    )
    appeal = (
        "Support The Elmford Post from as little as £1. Your gift keeps our journalism free.\n\n"
    )
    widgets = (
        "\n\nWas this article helpful? Yes No\nSign up to our daily briefing\nShare this article\n"
        "Facebook\nTwitter\nContact us\nPrivacy policy\nSite map\nAbout us\n"
    )
    doc = tool.clean(story + appeal + "The pool closes on 1 May." + widgets)
    assert "The pool closes on 1 May." in doc.text
    assert "Contact us" not in doc.text


def test_a_footer_that_speaks_of_the_article_stays(tool: Cleaner) -> None:
    footer = (
        "Contact us\nMill Lane bakery, Elmford\nThe bakery will close in June after ninety years."
    )
    assert "Mill Lane bakery, Elmford" in tool.clean(STORY + footer).text


def test_overlapping_claims_lose_and_double_nothing() -> None:
    doc = document("0123456789abcdefghij")
    doc = doc.without([Removal(0, 10, "ad.a"), Removal(5, 15, "ad.b"), Removal(7, 9, "ad.c")])
    assert doc.text == "fghij"
    assert [(r.start, r.end, r.rule) for r in doc.removals] == [(0, 10, "ad.a"), (10, 15, "ad.b")]


def test_span_furniture_leaves_the_sentence_whole(tool: Cleaner) -> None:
    text = "Advertisement The harbour master said that nobody was hurt in the storm."
    assert tool.clean(text).text in (
        text,
        "The harbour master said that nobody was hurt in the storm.",
    )


def test_a_document_of_nothing_but_furniture_is_flagged_and_kept(tool: Cleaner) -> None:
    text = "Sign up for our newsletter to get the best stories of the week in your inbox."
    doc = tool.clean(text)
    assert (doc.status, doc.text) == ("flagged", text)
    assert "all its prose" in doc.reason


def test_an_error_of_ours_costs_one_document_its_cleaning(
    tool: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(doc: Document) -> Document:
        raise RuntimeError("a bug")

    monkeypatch.setitem(vars(tool), "stages", (*tool.stages, broken))
    doc = tool.clean("Advertisement\nIt rained &amp; rained.")
    assert (doc.status, doc.reason) == ("flagged", "RuntimeError: a bug")
    assert doc.text == doc.source


BYLINE = "By Ida Holm\n"
STORY = "The ferry sank at noon.\nAll forty passengers came ashore.\nThe harbour stays closed.\n"


@pytest.mark.parametrize(
    "about",
    [
        "Ida Holm lives on the islands with two dogs.",
        "Dr. Ida Holm, a former captain, lives on the islands.",
        "Ida Holm\nFeatures Desk\nIda has sailed for most of her life.",
        "Ida Holm: ein Leben auf See, und zwei Hunde dazu.",
    ],
)
def test_what_is_told_of_the_author_goes(about: str) -> None:
    doc = document(BYLINE + STORY + about)
    doc = doc.without([Removal(0, len(BYLINE), "byline.by-name")])
    assert doc.without(find_author(doc)).text == STORY.rstrip("\n")


def test_the_end_of_a_story_about_its_writer_stays() -> None:
    end = "Ida Holm closes the book, ties the rope to the chair and looks out to sea."
    doc = replace(document(BYLINE + STORY + end), language="en")
    doc = doc.without([Removal(0, len(BYLINE), "byline.by-name")])
    assert not list(find_author(doc))


GALLERY = "What the Painter Saw When He Came to the Harbour\nHe looked at it for an hour.\n"


@pytest.mark.parametrize(
    ("below", "goes"),
    [("Gallery Credit: Ida Holm", True), ("Photo: Ida Holm", False), ("", False)],
)
def test_a_teaser_above_a_gallery_goes(below: str, goes: bool) -> None:
    story = 2 * STORY
    doc = document(story + GALLERY + below)
    if below:
        doc = doc.without([Removal(len(story + GALLERY), len(doc.body), "caption.any")])
    assert bool(list(find_teaser(doc))) == goes


def test_a_name_further_down_is_a_subheading() -> None:
    doc = document(STORY + "Ida Holm\nIda Holm lives on the islands with two dogs.")
    doc = doc.without([Removal(len(STORY), len(STORY) + 9, "byline.name-above-job")])
    assert not list(find_author(doc))


def test_a_name_alone_above_a_list_of_people_is_a_subheading() -> None:
    doc = document("Ida Holm\nIda Holm lives on the islands with two dogs.\n" + 2 * STORY)
    doc = doc.without([Removal(0, 9, "byline.name-head")])
    assert not list(find_author(doc))


@pytest.mark.parametrize(
    ("byline", "story"),
    [
        (BYLINE, STORY + "Ida Holm was aboard.\nHer sister saved Ida Holm from the sea.\n" + STORY),
        (
            BYLINE,
            "The last day of Ida Holm on the quiet northern ferry\n" + STORY + "Ida Holm is 90.",
        ),
        (BYLINE, "Ida Holm spent three nights on the quay with them.\n" + 2 * STORY),
        (BYLINE, 2 * STORY + "In 2008 the sailor Ida Holm led a study of the wind there."),
        (BYLINE, STORY + "Holm Street, where she was born, is under water today."),
        (BYLINE, STORY + "Ida Holm told the court on Monday that nobody had been asked."),
        (BYLINE, STORY + "  • Ida Holm tested nine of the boats for us."),
        ("By Ida Holm, Elmford Correspondent\n", STORY + "Elmford has waited ninety years for it."),
        ("By Ida Holm in North Haven\n", STORY + "North Haven is a town of four thousand."),
        ("By May Harbour\n", STORY + "May is a cruel month on this coast, and it was not over."),
        (BYLINE, STORY + "Ida Holm's grandmother walked it too, barefoot and in the rain."),
        (BYLINE, STORY + "Ida, my father used to say, a good hinge is an apology."),
        (BYLINE, STORY + "Ida Holm passed away on Sunday, a day after sending us these lines."),
        (BYLINE, STORY + "Ida Holm is survived by two sons, a sister and a heron."),
        (BYLINE, STORY + "Ida Holm (laughs): I ask because I have tried it."),
        (BYLINE, STORY + "Holm, I said, is gone, and you belong to Ida now.\nIda is a short name."),
        (BYLINE, STORY + "Holm is a crater on the dark side of the moon.\nShe waved at Ida Holm."),
        ("By Elmford News\n", STORY + "Elmford News reported last year that it would come so."),
        ("By The Harbour Watch\n", STORY + "The Harbour Watch is a club, and no harbour is safer."),
    ],
)
def test_a_name_in_the_byline_is_no_proof(byline: str, story: str) -> None:
    doc = document(byline + story)
    doc = doc.without([Removal(0, len(byline), "byline.by-name")])
    assert not list(find_author(doc))


def test_a_title_that_was_told_stays(tool: Cleaner) -> None:
    text = "Live updates\nThe river rose over the wall at noon.\nLive updates\n"
    assert tool.clean(text).text == "The river rose over the wall at noon.\n"
    told = tool.clean(text, title="Live Updates")
    assert told.text.startswith("Live updates\nThe river rose")


@pytest.mark.parametrize(
    "byline", ["By Laura Finch", "Laura Finch\nMarch 3, 2021", "March 3, 2021"]
)
@pytest.mark.parametrize("title", ["Winter Light", "Climate Change", "Chicken Pot Pie"])
def test_a_headline_above_a_byline_stays(tool: Cleaner, title: str, byline: str) -> None:
    text = f"{title}\n{byline}\nThe river rose over the wall at noon.\n"
    assert tool.clean(text).text == f"{title}\nThe river rose over the wall at noon.\n"


LOOP = "for boat in boats:\n    if boat.leaks:\n        continue\n    share(boat)\n    print\n"
SHELL = "$ ls -l | more\n$ share\n# Share\nmore\n$ cat notes.txt\n"
PRINTED = "```\nLoading...\nShare\nSign up for our newsletter\nDone.\n```\n"
PAGE = '<ul>\n  <li><a href="/">Home</a></li>\n  Menu\n  Log in\n</ul>\n'


@pytest.mark.parametrize("code", [LOOP, SHELL, PRINTED, PAGE])
def test_programs_stay(tool: Cleaner, code: str) -> None:
    text = f"A loop skips the boats that leak.\n\n{code}\nThe others sail on until the evening.\n"
    assert tool.clean(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "Share\nthe bread.\nFollow us\ndown to the sea,\nand none reads.\nRead more,\nshe said.\n",
        "The boat came back at last. It was\nMarch 3, 2021\nwhen it left the harbour again.\n",
    ],
)
def test_a_sentence_over_several_lines_stays(tool: Cleaner, text: str) -> None:
    assert tool.clean(text).text == text


def test_sentences_between_appeals_in_one_line_stay(tool: Cleaner) -> None:
    story = [
        "The harbour master closed the north gate on Monday after a storm tore two moorings loose.",
        "Repairs of the moorings will take long, and the harbour master wants the gate closed.",
        "The storm also broke the wall of the town, and repairs of that will take longer.",
    ]
    appeal = "Your support makes all the difference."
    cleaned = tool.clean(f"{appeal}{story[0]} {appeal} {story[1]} {appeal}{story[2]} {appeal}").text
    assert cleaned == " ".join(story)
