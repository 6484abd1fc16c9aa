"""What sites print on their pages: how it is counted, what is evidence, and the laws with it."""

import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cleaner.canonical import canonical
from cleaner.cli import app
from cleaner.counting import merge, pages_of
from cleaner.document import Document, document
from cleaner.learning import categoriser, learn, write_index
from cleaner.observing import observe
from cleaner.pipeline import Cleaner
from cleaner.rulefiles import read_rules
from cleaner.sites import site_of
from cleaner.templates import COLUMNS, Seen, TemplateError, Templates, read_index, read_templates
from tests.texts import texts

SITE = "example.org"
MENU = "Tides and timetables\nThe harbour by night"
FOOT = "Write to the night desk\nWalks along the quay"
STORIES = [
    "The ferry was late again, and nobody on the quay complained about it.",
    "A mill turned for the first time since the war, if only on a Saturday.",
    "The choir sang until midnight, and no one wanted to leave the hall.",
    "The bridge is closed until May, because the piles on one side have sunk.",
    "A heron stood in the pond behind the school and would not be moved.",
    "Nobody slept much that night, least of all the keeper of the sluice.",
    "The chart from the office came home by post, with a garden drawn in ink.",
]


def pages(*texts: str, site: str = SITE) -> list[Document]:
    return [document(text, name=f"{n:03}", site=site) for n, text in enumerate(texts)]


def more(story: str) -> str:
    return f"They say that {story[0].lower()}{story[1:]}"


def spoken(story: str) -> str:
    return f"HOST\nSo it is {story[0].lower()}{story[1:].strip('.')} again."


def cleaned(tool: Cleaner, *texts: str) -> str:
    """Learn from all pages, and clean the first."""
    docs = pages(*texts)
    return replace(tool, templates=learn(docs))(docs[0]).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Updated 14 hours ago", "Updated an hour ago"),
        ("12 comments", "1 comment"),
        ("Save 45%", "Save 5 %"),
        ("Monday, March 5, 2024 at 10:30 pm", "Tue, May 14, 2023, 9:05 am"),
        ("Am 3. Mai 2024", "Am 14. Dezember 1999"),
        ("Publicado el 5 de marzo de 2024", "Publicado el 17 de abril de 2023"),
        ("2024年3月5日", "2023年12月15日"),
        ("Edition 1,024", "Edition 7"),
        ("Page  1\tof 9", "Page 2 of 10"),
    ],
)
def test_lines_that_differ_in_slots_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sports", "Sport"),
        ("G7 leaders meet", "G20 leaders meet"),
        ("May said no", "June said no"),
        ("Photo: A. Name", "Photo: B. Name"),
        ("12 comments", "12 likes"),
    ],
)
def test_lines_that_differ_in_words_are_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.co.uk/a?b#c", "example.co.uk"),
        ("HTTP://M.Example.org:8080/", "example.org"),
        ("https://amp.example.org./x", "example.org"),
        ("example.org/path", "example.org"),
        ("https://news.example.org", "news.example.org"),
        ("https://www.co.uk/", "www.co.uk"),
        ("https://someone.github.io/x", "someone.github.io"),
        ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/a", "example.org"),
        ("https://my--site-example-org.cdn.ampproject.org/c/a", "my-site.example.org"),
        ("https://www.google.com/amp/s/www.example.org/a", "example.org"),
        ("file:///tmp/a.html", ""),
        ("http://[::1", ""),
        ("not a url", ""),
        ("", ""),
    ],
)
def test_the_site_of_a_url(url: str, site: str) -> None:
    assert site_of(url) == site


def test_the_site_of_a_document_is_told_or_the_host_of_its_url(tool: Cleaner) -> None:
    assert tool.read("a", url="https://www.example.org/a").site == SITE
    assert tool.read("a", url="https://www.example.org/a", site="mine").site == "mine"
    page = (
        "<html><head><link rel='canonical' href='https://www.example.org/x'></head><body><article>"
    )
    page += "".join(f"<p>{story}</p>" for story in STORIES) + "</article></body></html>"
    assert tool.read(page, html=True).site == SITE


def test_two_pages_are_enough_for_labels(tool: Cleaner) -> None:
    text = cleaned(tool, *(f"{MENU}\n{story}\n{more(story)}\n{FOOT}" for story in STORIES[:2]))
    assert text == f"{STORIES[0]}\n{more(STORIES[0])}"


def test_a_sentence_of_two_pages_stays(tool: Cleaner) -> None:
    shared = "“Nobody will have to leave before spring,” the board said in a statement."
    for wanted in (f"{STORIES[0]}\n{shared}", f"{shared}\n{STORIES[0]}"):
        other = wanted.replace(STORIES[0], STORIES[1])
        assert cleaned(tool, f"{wanted}\n{FOOT}", f"{other}\n{FOOT}") == wanted
    certain = [f"{story}\n{shared}\n{more(story)}" for story in STORIES[:6]]
    assert shared in cleaned(tool, *certain[:5])
    assert shared not in cleaned(tool, *certain)


def test_a_sentence_among_the_lines_of_a_site_goes(tool: Cleaner) -> None:
    box = (
        "The night desk\nOur readers know more than we do, and they write it down.\nWalks and talks"
    )
    text = cleaned(tool, f"{STORIES[0]}\n{box}", f"{STORIES[1]}\n{box}")
    assert text == STORIES[0]


@pytest.mark.parametrize("line", ["Why?", "Half-time: 0-0", "A second term", "3 eggs"])
def test_short_lines_inside_an_article_stay(tool: Cleaner, line: str) -> None:
    made = [f"{MENU}\n{s}\n{line}\n{more(s)}\n{FOOT}" for s in STORIES[:3]]
    assert line in cleaned(tool, *made)


def test_questions_and_speakers_stay(tool: Cleaner) -> None:
    made = [
        f"{MENU}\n{s}\nQ: And then?\nA: Home.\n{more(s)}\n{spoken(s)}\n{spoken(s[::-1])}\n{FOOT}"
        for s in STORIES
    ]
    for count in (2, 7):
        text = cleaned(tool, *made[:count])
        assert text.count("HOST") == 2
        assert "Tides" not in text
    assert "Q: And then?\nA: Home." in cleaned(tool, *made[:2])


def test_ingredients_stay(tool: Cleaner) -> None:
    lists = ["2 eggs\n1 tsp salt\n300 g flour", "3 eggs\n2 tsp salt\nA lemon", "1 tsp salt\n4 eggs"]
    made = [f"{MENU}\n{s}\n{i}\n{more(s)}" for s, i in zip(STORIES, lists, strict=False)]
    assert lists[0] in cleaned(tool, *made)


def test_ingredients_that_many_recipes_share_stay(tool: Cleaner) -> None:
    larder = ["salt", "butter", "white flour", "olive oil", "bay leaves", "red onions", "celery"]
    larder += ["dried beans", "lemon zest", "plain yogurt", "garlic cloves", "black pepper"]
    drawn = random.Random(4)
    site = []
    for name in ("leek", "fish", "pea", "nettle", "carrot", "barley", "potato", "cabbage"):
        own = f"My aunt cooked the {name} soup every autumn, when the boats with {name} came home."
        end = f"Nobody at the table spoke until the bowls were empty and the {name} was gone."
        site.append("\n".join(["Home", own, *drawn.sample(larder, 7), end, "Contact"]))
    for text in (cleaned(tool, site[at], *site[:at], *site[at + 1 :]) for at in range(len(site))):
        assert sum(line in larder for line in text.split("\n")) == 7


def test_the_headline_that_other_pages_link_stays(tool: Cleaner) -> None:
    titles = ["Late once more", "Wheels and water", "Midnight in the hall", "Shut until spring"]
    made = [
        f"{MENU}\n{title}\n{story}\n{more(story)}\n{FOOT}\n" + "\n".join(set(titles) - {title})
        for title, story in zip(titles, STORIES, strict=False)
    ]
    text = cleaned(tool, *made)
    assert text == f"{titles[0]}\n{STORIES[0]}\n{more(STORIES[0])}"


def test_a_page_that_was_saved_twice_counts_once(tool: Cleaner) -> None:
    page = f"The old pier\n{STORIES[0]}\nUpdated {{}} hours ago\nThe end of the pier"
    assert cleaned(tool, page.format(3), page.format(14)) == cleaned(tool, page.format(3))


def test_a_corpus_without_sites_needs_more(tool: Cleaner) -> None:
    line = "The lighthouse shop"
    made = [f"{STORIES[n % 7]} {n}. It was {'very ' * n}late.\n{line}" for n in range(40)]
    few, many = pages(*made[:19], site="*"), pages(*made, site="*")
    doc = document(made[0], site="elsewhere")
    assert line in replace(tool, templates=learn(few))(doc).text
    result = replace(tool, templates=learn(many))(doc)
    assert line not in result.text
    assert result.removals[-1].evidence == "on 40 of 40 pages of the corpus"


def test_evidence_score_and_protection(tool: Cleaner) -> None:
    made = [f"{story}\n{more(story)}\n{FOOT}" for story in STORIES]
    docs = pages(*made)
    learned = replace(tool, templates=learn(docs))
    removal = learned(docs[0]).removals[-1]
    assert (removal.rule, removal.evidence) == ("template.label", f"on 7 of 7 pages of {SITE}")
    assert 0.5 < removal.score < 0.6
    guarded = Cleaner(templates=learned.templates, protect="Walks along the quay")
    assert guarded(docs[0]).text.endswith("\nWalks along the quay")
    assert Cleaner(templates=learned.templates, keep="template")(docs[0]).text == made[0]


def rows_of_index(path: Path) -> dict[tuple[str, str], Seen]:
    batches = read_index(path, COLUMNS, ("pages", ">=", 1))
    return {(r["site"], r["canonical"]): Seen.from_row(r) for rows in batches for r in rows}


def plain_count(docs: list[Document]) -> dict[tuple[str, str], Seen]:
    """Count by the definition, in memory."""
    once = {(doc.site, observe(doc).forms): doc for doc in reversed(docs) if doc.lines.full}
    of: dict[str, int] = defaultdict(int)
    seen: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for doc in once.values():
        page = observe(doc)
        of[doc.site] += 1
        for form in set(page.forms):
            seen[doc.site, form][0] += 1
        for form in {f for f, zone in zip(page.forms, page.zones, strict=True) if zone == 0}:
            seen[doc.site, form][1] += 1
    return {place: Seen(n, of[place[0]], head) for place, (n, head) in seen.items()}


PIECES = [*MENU.split("\n"), *FOOT.split("\n"), *STORIES[:4], "3 comments", "1 comment", "", "x 1"]
SITES = st.sampled_from([SITE, "other.example"])
CORPORA = st.lists(st.tuples(SITES, st.lists(st.sampled_from(PIECES), max_size=7)), max_size=9)


def corpus_of(made: list[tuple[str, list[str]]]) -> list[Document]:
    return [document("\n".join(p), name=f"{n}", site=site) for n, (site, p) in enumerate(made)]


@given(made=CORPORA, seed=st.integers(0, 99))
@settings(max_examples=25)
def test_counts_are_exact_in_any_order_and_merged(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[str, list[str]]], seed: int
) -> None:
    folder, docs = tmp_path_factory.mktemp("index"), corpus_of(made)
    shuffled = random.Random(seed).sample(docs, len(docs))
    half = len(docs) // 2
    known = categoriser(())
    parts = {"all": docs, "shuffled": shuffled, "a": shuffled[:half], "b": shuffled[half:]}
    for name, part in parts.items():
        write_index(part, folder / f"{name}.parquet", known)
    merge([folder / "b.parquet", folder / "a.parquet"], folder / "merged.parquet", known)
    for file in (Path, pages_of):
        contents = {
            file(folder / f"{n}.parquet").read_bytes() for n in ("all", "shuffled", "merged")
        }
        assert len(contents) == 1
    counted = rows_of_index(folder / "all.parquet")
    plain = plain_count(docs)
    assert counted.keys() == plain.keys()
    for place, seen in counted.items():
        assert (seen.pages, seen.of, seen.head) == (
            plain[place].pages,
            plain[place].of,
            plain[place].head,
        )


def test_pruned_indexes_are_smaller_and_say_so(tmp_path: Path) -> None:
    docs = pages(*(f"{MENU}\n{story}" for story in STORIES))
    known = categoriser(())
    for name, part, prune in (("a", docs[:3], True), ("b", docs[3:], True), ("all", docs, False)):
        write_index(part, tmp_path / f"{name}.parquet", known, prune=prune)
    merge([tmp_path / "a.parquet", tmp_path / "b.parquet"], tmp_path / "m.parquet", known)
    merged, whole = (rows_of_index(tmp_path / f"{n}.parquet") for n in ("m", "all"))
    assert merged == {place: seen for place, seen in whole.items() if seen.pages > 1}
    assert (tmp_path / "m.pages.parquet").stat().st_size < pages_of(
        tmp_path / "all.parquet"
    ).stat().st_size


LINES = [*MENU.split("\n"), *FOOT.split("\n"), "Late once more", "12 comments", STORIES[5]]
TEMPLATES = Templates(
    {
        SITE: {
            canonical(line): Seen(pages, 7, head, line == STORIES[5])
            for line, pages, head in zip(
                LINES, (7, 2, 7, 3, 2, 2, 7), (7, 2, 0, 0, 1, 0, 0), strict=True
            )
        }
    }
)
LEARNED = Cleaner(templates=TEMPLATES)


@given(
    text=texts(), places=st.lists(st.tuples(st.integers(0, 40), st.sampled_from(LINES)), max_size=9)
)
@settings(max_examples=150)
def test_laws_hold_with_templates(text: str, places: list[tuple[int, str]]) -> None:
    lines = text.split("\n")
    for place, line in places:
        lines.insert(place, line)
    text = "\n".join(lines)
    doc = LEARNED.clean(text, site=SITE)
    assert doc.restore() == text
    again = LEARNED.clean(doc.text, site=SITE)
    assert (again.text, again.removals) == (doc.text, ()) or doc.status == "flagged"
    assert LEARNED.clean(text, site=SITE) == doc
    assert all(r.rule in LEARNED.rule_set.by_id for r in doc.removals)


run = CliRunner().invoke


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for number, story in enumerate(STORIES):
        path = tmp_path / "in" / "example.org" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{MENU}\nEdition {number}\n{story}\n{more(story)}\n{FOOT}\n")
    return tmp_path / "in"


def test_an_index_has_its_ending_and_what_cannot_be_read_is_named(
    corpus: Path, tmp_path: Path
) -> None:
    result = run(app, ["learn", str(corpus), "-o", str(tmp_path / "t.csv")])
    assert result.exit_code == 2
    assert "end in .parquet" in result.stderr
    (corpus / "broken.txt").write_bytes(b"\x00\x01\x02" * 99)
    result = run(app, ["learn", str(corpus), "-o", str(tmp_path / "t.parquet")])
    assert result.exit_code == 0
    assert "broken.txt: " in result.stderr


def test_learning_and_cleaning_in_one_run_equals_two(corpus: Path, tmp_path: Path) -> None:
    index = tmp_path / "t.parquet"
    assert run(app, ["learn", str(corpus), "-o", str(index)]).exit_code == 0
    ways = {
        "one": ["--learn"],
        "two": ["--templates", str(index)],
        "jobs": ["--learn", "--jobs", "2"],
    }
    for name, options in ways.items():
        made = run(app, ["clean", str(corpus), "-o", str(tmp_path / name), *options])
        assert made.exit_code == 0, made.output
    for number, story in enumerate(STORIES):
        for name in ways:
            path = tmp_path / name / "example.org" / f"{number}.txt"
            assert path.read_text() == f"{story}\n{more(story)}\n"


def test_templates_can_be_looked_at(corpus: Path, tmp_path: Path) -> None:
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    run(app, ["learn", str(corpus), "-o", str(one)])
    (corpus / "example.org" / "new.txt").write_text(f"{STORIES[0]}\nHome")
    (corpus / "example.org" / "6.txt").unlink()
    run(app, ["learn", str(corpus), "-o", str(other), "--prune"])
    shown = run(app, ["templates", "show", str(one), "--site", SITE]).stdout
    assert "7 of 7" in shown
    assert "Edition 0" in shown
    difference = run(app, ["templates", "diff", str(one), str(other)])
    assert difference.exit_code == 0
    assert "8 lines in both" not in difference.output
    merged = tmp_path / "merged.parquet"
    made = run(app, ["templates", "merge", str(one), str(other), "-o", str(merged)])
    assert made.exit_code == 0, made.output
    assert read_templates(merged).of(SITE)["Edition #"].of == 8


def test_proposed_rules_load_and_do_what_the_index_does(corpus: Path, tmp_path: Path) -> None:
    index, folder = tmp_path / "t.parquet", tmp_path / "rules"
    run(app, ["learn", str(corpus), "-o", str(index)])
    made = run(app, ["templates", "propose", str(index), "-o", str(folder)])
    assert made.exit_code == 0, made.output
    assert "# 7 of 7 pages: Edition 0" in (folder / "navigation.toml").read_text()
    rules = [rule for rule in read_rules(folder) if rule.sites]
    assert {rule.category for rule in rules} == {"navigation", "footer"}
    own = Cleaner(rules=folder)
    text = (corpus / "example.org" / "3.txt").read_text()
    assert own.clean(text, site=SITE).text == f"{STORIES[3]}\n{more(STORIES[3])}\n"
    assert "Tides and timetables" in own.clean(text, site="other.example").text
    again = run(app, ["templates", "propose", str(index), "-o", str(folder)])
    assert again.exit_code == 2
    assert "exists" in again.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["templates", "show", "missing.parquet"], "no such file"),
        (["templates", "show", "README.md"], "no index of templates"),
        (["learn", "missing", "-o", "t.parquet"], "no such file or folder"),
        (["clean", "seeds", "-o", "out", "--learn", "--templates", "t"], "instead of --templates"),
        (["clean", "-", "-o", "-", "--learn"], "not for standard input or output"),
        (["clean", "seeds", "-o", "out", "--templates", "missing.parquet"], "no such file"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], message: str) -> None:
    made = run(app, arguments)
    assert made.exit_code == 2
    assert message in made.output


def test_the_pages_of_an_index_are_no_index(corpus: Path, tmp_path: Path) -> None:
    index, pages = str(tmp_path / "t.parquet"), str(tmp_path / "t.pages.parquet")
    run(app, ["learn", str(corpus), "-o", index])
    for arguments in (
        ["templates", "show", pages],
        ["templates", "diff", index, pages],
        ["templates", "merge", index, pages, "-o", str(tmp_path / "m.parquet")],
        ["templates", "propose", pages],
        ["clean", str(corpus), "-o", str(tmp_path / "out"), "--templates", pages],
    ):
        made = run(app, arguments)
        assert made.exit_code == 2, arguments
        assert f"{pages}: is another file of an index" in made.stderr
    made = run(app, ["templates", "merge", "memory://t.parquet", "-o", index])
    assert (made.exit_code, "copy it and its pages here" in made.stderr) == (2, True)


def test_another_parquet_file_is_no_index(tmp_path: Path) -> None:
    import pandas

    pandas.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(TemplateError, match="no index of templates of this version"):
        read_templates(tmp_path / "a.parquet")
