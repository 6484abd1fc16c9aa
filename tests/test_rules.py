"""Rules: what loads, what does not, and that the shipped ones keep their promises."""

from functools import partial
from pathlib import Path

import pytest

from cleaner.glued import TELLING
from cleaner.learning import find_learned
from cleaner.linting import lint
from cleaner.pipeline import Cleaner
from cleaner.proof import faults, prove, read_traps
from cleaner.rulefiles import as_toml, read_file, read_folder, read_rules, rules_folder, template
from cleaner.rules import CATEGORIES, RuleError, RuleSet
from cleaner.stagelist import FINDERS, LEARNED
from tests.test_inputs import run

RULE = """
[[rule]]
id = "ad.test"
about = "A line that says test."
languages = ["en"]
pattern = '''^test$'''
match = ["test", "Test"]
keep = ["A test.", "Test it."]
"""


def write(folder: Path, text: str, name: str = "ad.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_rule_of_ones_own_is_used(tmp_path: Path) -> None:
    tool = Cleaner(rules=write(tmp_path, RULE))
    doc = tool.clean("It rained all night.\ntest\nNobody slept.")
    assert [removal.rule for removal in doc.removals] == ["ad.test"]
    assert tool.rule_set.hash != Cleaner().rule_set.hash


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("pattern =", "patern ="), "ad.test: unknown key: patern"),
        (("ad.test", "ad.label"), "ad.label: this id is taken"),
        (("ad.test", "newsletter.test"), "must begin with 'ad'"),
        (("ad.test", "ad.Test"), "should look like category.some-name"),
        (("'''^test$'''", "'''^te(st$'''"), "ad.test: pattern: missing )"),
        (("'''^test$'''", "'''^(?:test)?$'''"), "matches the empty text"),
        (("'''^test$'''", "'''^“test”$'''"), "write curly quotes"),
        (("'''^test$'''", "'''^rest$'''"), "ad.test: match: the rule does not take 'test'"),
        (('"A test."', '"test"'), "ad.test: keep: the rule takes 'test'"),
        (('match = ["test", "Test"]', ""), "match is missing"),
        (('keep = ["A test.", "Test it."]', "keep = []"), "keep is missing"),
        (('keep = ["A test.", "Test it."]', 'keep = ["A test."]'), "keep: two examples at least"),
        (('["en"]', '["english"]'), "no ISO 639-1 code"),
        (('about = "A line that says test."', "about = 5"), "about: should be str"),
        (("match =", 'scope = "word"\nmatch ='), "scope: 'word' is none of span, line, block"),
        (("match =", 'where = "middle"\nmatch ='), "where: 'middle' is none of"),
        (("match =", 'scope = "region"\nmatch ='), "exactly one of until, while, to"),
        (("match =", "max_lines = 3\nmatch ="), 'are for scope = "region"'),
        (("match =", 'beside = ["adverts"]\nmatch ='), "beside: 'adverts' is no category"),
        (("match =", "score = 2\nmatch ="), "score: should lie above 0"),
        (("[[rule]]", "[[rules]]"), "only [[rule]] tables"),
        (("[[rule]]", "[rule]"), "write [[rule]], with two brackets"),
        (("pattern = '''^test$'''", ""), "ad.test: pattern is missing"),
        (('"ad.test"', "'ad.test"), "ad.toml: "),
    ],
)
def test_a_bad_rule_does_not_load_and_says_why(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    with pytest.raises(RuleError) as error:
        Cleaner(rules=write(tmp_path, RULE.replace(*change)))
    assert message in str(error.value)


def test_a_rule_file_is_named_after_its_category(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="named after its category"):
        Cleaner(rules=write(tmp_path, RULE, "adverts.toml"))


def test_every_example_of_every_rule_and_every_trap_holds() -> None:
    tool, traps = Cleaner(), list(read_traps())
    assert len(traps) >= 300
    assert list(faults(tool.rule_set, tool.find, traps, partial(find_learned, tool))) == []


ARTICLE = (
    "The harbour master closed the north gate on Monday after a storm tore two moorings loose.",
    "Somewhere on the north shore, near the old town, a narrow road leaves the harbour.",
    "The road along the shore stays closed, and so does the one behind the town.",
)


def test_a_sentence_that_is_glued_to_furniture_stays() -> None:
    before, glued, after = ARTICLE
    tool = Cleaner(language="en")
    for rule in tool.rule_set:
        apart = [one for one in rule.match if one.endswith((".", "!", "?")) and "\n" not in one]
        for example in apart if rule.category not in TELLING else ():
            for blank in ("", " "):
                text = f"{before}\n{example}{blank}{glued}\n{after}"
                assert glued in tool.clean(text).text, f"{rule.id}: {example}"


def test_every_shipped_rule_is_proved_alone() -> None:
    for rule in read_rules():
        prove(rule)


def test_every_rule_has_two_examples_of_each_kind() -> None:
    for rule in read_rules():
        assert len(rule.match) >= 2, rule.id
        assert len(rule.keep) >= 2, rule.id


def test_rules_without_a_pattern_are_those_decided_by_code() -> None:
    assert {rule.id for rule in read_rules() if not rule.pattern} == {*FINDERS, *LEARNED}


def test_every_category_has_a_file() -> None:
    assert {path.stem for path in rules_folder().glob("*.toml")} == set(CATEGORIES)


def test_a_rule_can_be_written_out_and_read_back(tmp_path: Path) -> None:
    for rule in read_rules():
        write(tmp_path, as_toml(rule), f"{rule.category}.toml")
        assert list(read_file(tmp_path / f"{rule.category}.toml")) == [rule]


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_template_loads_once_its_id_is_set(tmp_path: Path, category: str) -> None:
    write(tmp_path, template(category).replace("CHANGE-ME", "mine"), f"{category}.toml")
    assert len(list(read_file(tmp_path / f"{category}.toml"))) == 1


def test_the_generated_table_is_up_to_date() -> None:
    table = (rules_folder() / "TABLE.md").read_text(encoding="utf-8")
    assert table.endswith(run("rules", "list", "--markdown").stdout)


def test_rule_commands(tmp_path: Path) -> None:
    write(tmp_path, RULE)
    assert (
        "ad.test" in run("rules", "list", tmp_path, "--category", "ad", "--language", "en").stdout
    )
    assert "ad.label" not in run("rules", "list", tmp_path, "--category", "footer").stdout
    assert "pattern = '''^test$'''" in run("rules", "show", "ad.test", tmp_path).stdout
    assert run("rules", "show", "ad.tset", tmp_path).stderr.endswith("did you mean ad.test?\n")
    assert run("rules", "new", "ads").exit_code == 2
    assert run("rules", "test", tmp_path / "nowhere").exit_code == 2
    bad = RULE.replace("^test$", "test").replace('"A test.", "Test it."', '"A rest.", "Rest it."')
    linted = run("rules", "lint", write(tmp_path, bad))
    assert linted.exit_code == 1
    assert "ad.test: takes 'Nobody in the room had ever seen test before" in linted.stdout
    assert linted.stdout.count("\n") == 1  # the shipped rules are clean


def test_a_keep_example_that_another_rule_takes_is_found(tmp_path: Path) -> None:
    write(tmp_path, RULE.replace('"A test."', '"Advertisement"'))
    result = run("rules", "test", tmp_path)
    assert result.exit_code == 1
    assert "ad.test: keep: ad.label takes 'Advertisement'" in result.stdout


@pytest.mark.parametrize("pattern", ["^(?:a+)+$", "(?:x|a|b|ab)*c", r"\w+ and \w+!", ".*a.*b$"])
def test_lint_finds_patterns_that_are_not_linear(tmp_path: Path, pattern: str) -> None:
    table = RULE.replace("^test$", f"{pattern}|^test$").replace("A test.", "Nothing.")
    table = table.replace("match =", "max_words = 400\nmatch =")  # on few words, nothing is slow
    rules = RuleSet(tuple(read_folder(write(tmp_path, table))))
    assert any("is not linear" in fault for fault in lint(rules))


def test_lint_finds_patterns_that_a_scan_cannot_help(tmp_path: Path) -> None:
    table = RULE.replace("^test$", r"\b[a-z]est\b$").replace('"A test."', '"Testing."')
    rules = RuleSet(tuple(read_folder(write(tmp_path, table))))
    assert not any("is tried everywhere" in fault for fault in lint(rules))  # it needs "est"
    table = RULE.replace("^test$", r"\b[a-z][a-z]{3}$").replace("A test.", "Testing.")
    rules = RuleSet(tuple(read_folder(write(tmp_path, table))))
    assert any("is tried everywhere" in fault for fault in lint(rules))


PROTECT = """
[[protect]]
pattern = "^Advertisement"
"""


@pytest.mark.parametrize(
    ("limit", "kept"),
    [
        ("", True),
        ('rules = ["ad.label"]', True),
        ('categories = ["ad"]', True),
        ('categories = ["newsletter"]', False),
        ('sites = ["example.org"]', True),
        ('sites = ["example.com"]', False),
    ],
)
def test_protected_text_stays(tmp_path: Path, limit: str, kept: bool) -> None:
    write(tmp_path, PROTECT + limit, "protect.toml")
    doc = Cleaner(rules=tmp_path).clean("It rained.\nAdvertisement", site="example.org")
    assert (doc.text == doc.source) is kept


def test_protect_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It rained.\nAdvertisement\nAd\nIt stopped.")
    run("clean", tmp_path / "a.txt", "-o", tmp_path / "b.txt", "--protect", "adVert")
    assert (tmp_path / "b.txt").read_text() == "It rained.\nAdvertisement\nIt stopped."
    assert run("clean", tmp_path, "--dry-run", "--protect", "(").exit_code == 2


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('[[protect]]\nrules = ["ad.label"]', "pattern is missing"),
        ('[[protect]]\npattern = "x"\nrules = ["ad.lable"]', "did you mean ad.label?"),
        ('[[protect]]\npattern = "x"\nrule = "ad.label"', "unknown key: rule"),
        ('[[protect]]\npattern = "x*"', "matches the empty text"),
        ("[[protect", "protect.toml: "),
        ("[protect]", "only [[protect]] tables"),
        ("[[protects]]", "only [[protect]] tables"),
    ],
)
def test_bad_protection_does_not_load(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(RuleError) as error:
        Cleaner(rules=write(tmp_path, table, "protect.toml"))
    assert message in str(error.value)


def test_what_is_wrong_with_rules_names_the_file(tmp_path: Path) -> None:
    one, other = (tmp_path / name for name in ("one", "other"))
    for folder in (one, other):
        folder.mkdir()
        with pytest.raises(RuleError, match=f"{folder}: no rules here"):
            read_rules(folder)
        write(folder, "")
        with pytest.raises(RuleError, match=r"ad\.toml: no rules here"):
            read_rules(folder)
        write(folder, RULE.replace("^test$", "^rest$"))
        with pytest.raises(RuleError, match=rf"{folder}/ad\.toml: ad\.test: match: "):
            read_rules(folder)
        write(folder, RULE)
    with pytest.raises(RuleError, match=rf"{other}/ad\.toml: ad\.test: .* in {one}/ad\.toml"):
        read_rules(one, other)
    write(one, RULE.replace("ad.test", "ad.label"))
    with pytest.raises(RuleError, match=r"ad\.label: this id is taken in the shipped rules"):
        read_rules(one)
    (one / "ad.toml").unlink()
    write(one, "", "protect.toml")
    with pytest.raises(RuleError, match=r"protect\.toml: "):
        Cleaner(rules=one)


@pytest.mark.parametrize("site", ["www.example.org", "https://WWW.example.org/news", "example.org"])
def test_a_site_of_a_rule_may_be_written_as_a_url(tmp_path: Path, site: str) -> None:
    text, url = "It rained all night.\ntest\nNobody slept.", "https://m.example.org/a"
    write(tmp_path, RULE.replace("match =", f'sites = ["{site}"]\nmatch ='))
    assert "test" not in Cleaner(rules=tmp_path).clean(text, url=url).text
    assert "test" in Cleaner(rules=tmp_path).clean(text, site="other.example").text
    write(tmp_path, f"[[protect]]\npattern = '^test$'\nsites = ['{site}']\n", "protect.toml")
    assert "test" in Cleaner(rules=tmp_path).clean(text, url=url).text
