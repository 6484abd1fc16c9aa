"""
What is wrong with rules that load: the checks behind `cleaner rules lint`.

The examples prove what a rule does; these checks look for what examples do not show: patterns
whose cost is not linear, keywords that remove wherever they stand, rules that others make useless.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser
from time import process_time
from typing import Any

from cleaner.document import document
from cleaner.matching import Matcher
from cleaner.prefilter import shape_of, ways
from cleaner.proof import example_document
from cleaner.prose import count_words
from cleaner.rules import Rule, RuleSet
from cleaner.searching import max_length

# A short furniture phrase in the middle of somebody's sentence; nothing may go.
CARRIERS = (
    "Nobody in the room had ever seen {} before, and the mayor said so twice.",
    "She wrote about {}, then put the letter away.",
)
KEYWORD_WORDS = 3  # phrases up to here are keywords, and a keyword alone never removes
# Lengths of attacks. An exponential pattern shows at some twenty characters and would not end at
# fifty, so they grow slowly there; a quadratic one needs some 100 ms for the longest.
LENGTHS = (12, 16, 18, 20, 22, 24, 28, 32, 64, 256, 1000, 2000, 4000, 8000)
SPOILER = "\x00"
SHOWN = 60  # characters of a pattern in a message
SLOW = 0.02  # seconds; a linear pattern needs 1 ms for the longest attack


def lint(rules: RuleSet) -> Iterator[str]:
    """Yield a line for every fault of rules that load: which rule, what, and what to do."""
    yield from _repeated(rules)
    yield from _shadowed(rules)
    for rule in rules:
        if rule.pattern:
            yield from _keyword_only(rule)
            yield from _not_linear(rule)
            yield from _not_scanned(rule)


def _repeated(rules: RuleSet) -> Iterator[str]:
    seen: dict[tuple[str, ...], str] = {}
    for rule in rules:
        key = (rule.pattern, rule.scope, rule.where, rule.case, *rule.beside, *rule.only_in)
        if rule.pattern and key in seen:
            yield f"{rule.id}: has the pattern of {seen[key]}; merge them"
        seen.setdefault(key, rule.id)


def _shadowed(rules: RuleSet) -> Iterator[str]:
    """Yield rules whose every `match` example is taken by one other of their category anyway."""
    for category in {rule.category: None for rule in rules}:
        mine = tuple(rule for rule in rules if rule.category == category and rule.pattern)
        matcher = Matcher(mine)
        for rule in mine:
            others = [_takers(matcher, example, rule) for example in rule.match]
            common = set.intersection(*others) if others else set()
            if common:
                yield f"{rule.id}: is shadowed: {min(common)} takes all its examples; merge them"


def _takers(matcher: Matcher, example: str, rule: Rule) -> set[str]:
    """Return the other rules that take all that this rule takes of an example."""
    claims = matcher.claims(example_document(example, rule))
    mine = [claim for claim in claims if claim.rule is rule]
    return {
        claim.rule.id
        for claim in claims
        if claim.rule.where == rule.where
        and claim.rule is not rule
        and mine
        and all(claim.start <= own.start and own.end <= claim.end for own in mine)
    }


def _keyword_only(rule: Rule) -> Iterator[str]:
    matcher = Matcher((rule,))
    for example in rule.match:
        for claim in matcher.claims(example_document(example, rule)):
            if count_words(claim.evidence) > KEYWORD_WORDS:
                continue
            for carrier in CARRIERS:
                sentence = carrier.format(claim.evidence)
                if matcher.claims(document(sentence, language=example_document("", rule).language)):
                    yield f"{rule.id}: takes {sentence!r}; anchor it, a keyword alone never removes"
                    return


def _not_linear(rule: Rule) -> Iterator[str]:
    """Yield patterns whose time grows faster than the text, on strings made to provoke them."""
    for source in filter(None, (rule.pattern, rule.unless, rule.until)):
        pattern = rule.compiled(source)
        for attack in attacks(source, rule.match):
            lengths = [length for length in LENGTHS if length <= max_length(rule)]
            if any(_seconds(pattern, _long(attack, length)) > SLOW for length in lengths):
                shown = source if len(source) <= SHOWN else f"{source[:SHOWN]}…"
                yield f"{rule.id}: {shown!r} is not linear on {attack!r}; bound its repeats"
                break


def _not_scanned(rule: Rule) -> Iterator[str]:
    """Yield a rule that has to be tried at every character of every line."""
    told = rule.pattern, rule.case == "exact"
    if not (all(way.groups for way in ways(*told)) or shape_of(*told).begins):
        yield f"{rule.id}: is tried everywhere; begin it with ^, or with words it cannot do without"


def _long(attack: str, length: int) -> str:
    """Repeat an attack, and spoil its end, since a pattern that matches need not backtrack."""
    return (attack * length)[:length] + SPOILER


def attacks(source: str, examples: Iterable[str]) -> list[str]:
    """
    Return short strings whose repetition may make a pattern backtrack, its own literals above all.

    >>> attacks("x(?:a|b)+c", ())[:3]
    ['x', 'a', 'b']
    """
    literals = _literals(parser.parse(source))
    words = sorted({word[:40] for example in examples for word in example.split()})[:8]
    joined = ["".join(pair) for pair in pairwise(literals)]
    common = (" ", "a", "1", "a ", "a1 ", "- ", "(", '"')
    return list(dict.fromkeys((*literals, *joined, *words, *common)))


def _literals(parsed: Iterable[Any]) -> list[str]:
    """Collect the literal characters and runs of a parsed pattern, and one of each class."""
    found, run = [], ""
    for code, value in parsed:
        if code is op.LITERAL:
            run += chr(value)
            continue
        found += [run] if run else []
        run = ""
        if code is op.IN:
            found += [chr(v) for c, v in value if c is op.LITERAL][:2]
        elif code in (op.SUBPATTERN, op.MAX_REPEAT, op.MIN_REPEAT):
            found += _literals(value[-1])
        elif code is op.BRANCH:
            found += [literal for branch in value[1] for literal in _literals(branch)]
    return list(dict.fromkeys([*found, run] if run else found))[:24]


def _seconds(pattern: "re.Pattern[str]", text: str) -> float:
    """Return the processor time of a search; of three, where it seems slow, the best."""
    best = SLOW * 2
    for _ in range(3):
        start = process_time()
        pattern.search(text)
        best = min(best, process_time() - start)
        if best < SLOW:
            break
    return best
