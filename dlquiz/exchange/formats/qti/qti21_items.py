"""One question of QTI 2.1: its interaction says the kind, its declarations and rules what is right."""

import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import permutations

from dlquiz.exchange.formats.qti.decimal import fraction
from dlquiz.exchange.formats.qti.feedback import unsaid
from dlquiz.exchange.formats.qti.qti12_items import MOST_EXTRA, one_bank
from dlquiz.exchange.formats.qti.qti21_feedback import AskedItem, Told, told
from dlquiz.exchange.formats.qti.qti21_numbers import number_options
from dlquiz.exchange.formats.qti.qti21_rules import ResponseRules, is_drawn, points_of
from dlquiz.exchange.neutral import (
    Body,
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    Gap,
    MatchUp,
    Note,
    NumberOption,
    Option,
    Partial,
    PutInOrder,
    SortInto,
    TypeNumber,
    TypeText,
    Unreadable,
)
from dlquiz.exchange.texts import from_html
from dlquiz.exchange.verdicts import only_judges
from dlquiz.exchange.xmlsafe import Element

_NOT_OURS = {
    "extendedTextInteraction": "a person has to mark it",
    "uploadInteraction": "a person has to mark it",
    "drawingInteraction": "a person has to mark it",
    "sliderInteraction": "a number on a slider is asked for",
    "hotspotInteraction": "a place in a picture is asked for",
    "selectPointInteraction": "a place in a picture is asked for",
    "graphicOrderInteraction": "places in a picture are asked for",
    "graphicAssociateInteraction": "places in a picture are asked for",
    "graphicGapMatchInteraction": "places in a picture are asked for",
    "positionObjectInteraction": "a place in a picture is asked for",
    "mediaInteraction": "it plays a sound or a film",
    "hottextInteraction": "words of a text are to be marked",
    "customInteraction": "it needs a program of its own, and nothing in a file is run",
    "portableCustomInteraction": "it needs a program of its own, and nothing in a file is run",
}
_IGNORED = frozenset({"endAttemptInteraction"})
_INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction"})
_CUT = "\ue000"
_INTEGER = re.compile(r"\s*[+-]?\d{1,40}\s*").fullmatch
_MOST_NAMED = 200
_MOST_ORDERED = 5
_TAKEN_OUT = frozenset(
    {"feedbackInline", "feedbackBlock", "rubricBlock", "stylesheet", "infoControl", "printedVariable"}
)


def read_item(item: Element) -> Foreign:
    """Return the question."""
    return _Reader(item).question()


class _Reader:
    def __init__(self, item: Element) -> None:
        self.item = item
        self.notes: list[Note] = []
        self.responses = {one.get("identifier"): one for one in item.all("responseDeclaration")}
        self.rules = ResponseRules(item)
        self.said: Told | None = None

    def question(self) -> Foreign:
        body = self._body()
        identifier = self.item.get("identifier")
        question = Foreign(
            body,
            "" if isinstance(body, FillIn) else self.stem,
            name=self.item.get("title") or self.item.get("label"),
            identifier=identifier if self._ours(identifier) else "",
            explain=self._explain(body),
            points=points_of(self.item, Fraction(0) if self.maps else self._best),
            line=self.item.line,
        )
        every = self.item.walk("modalFeedback", "feedbackInline", "feedbackBlock")
        notes = (*self.notes, *unsaid(question, [self._quietly(one) for one in every]))
        return replace(question, notes=tuple(dict.fromkeys(notes)))

    @staticmethod
    def _ours(identifier: str) -> bool:
        # "QUE_102010" and long numbers say nothing to a person; words do.
        return identifier.isascii() and sum(c.isdigit() for c in identifier) <= 3 and len(identifier) <= 40

    # --- texts ------------------------------------------------------------------------------------

    def _markdown(self, *elements: Element | str) -> str:
        html = "".join(one if isinstance(one, str) else one.outer() for one in elements)
        text, notes = from_html(html)
        self.notes += notes
        return text

    @staticmethod
    def _quietly(one: Element) -> str:
        """Return an element's text; what it loses was noted where it was used."""
        return from_html(one.markup())[0]

    def _inside(self, one: Element) -> str:
        """Return an element's text without the feedback in it."""
        return self._markdown(_without(one, _TAKEN_OUT).markup())

    @cached_property
    def interactions(self) -> list[Element]:
        body = self.item.first("itemBody")
        found = body.walk() if body is not None else iter(())
        return [one for one in found if one.name.endswith("Interaction") and one.name not in _IGNORED]

    @cached_property
    def stem(self) -> str:
        body = self.item.first("itemBody")
        if body is None:
            return ""
        names = frozenset(one.name for one in self.interactions)
        if next(body.walk("rubricBlock"), None) is not None:
            self.notes.append(Note("instructions", "texts for markers or tutors were left out"))
        outside = self._markdown(_without(body, _TAKEN_OUT | names).markup())
        prompts = [self._inside(one) for one in body.walk("prompt")]
        return "\n\n".join(part for part in (outside, *prompts) if part)

    # --- the body ---------------------------------------------------------------------------------

    def _body(self) -> Body:
        found = self.interactions
        if not found:
            return Unreadable("text", "it is a text, not a question")
        if is_drawn(self.item):
            return Unreadable(found[0].name, "its numbers are drawn by template variables")
        for one in found:
            if one.name in _NOT_OURS:
                return Unreadable(one.name, _NOT_OURS[one.name])
        if all(one.name in _INLINE for one in found):
            return self._typed()
        if len(found) > 1:
            return Unreadable("several interactions", "one question asks for several things")
        one = found[0]
        declared = self.responses.get(one.get("responseIdentifier"))
        if declared is None or not (self._correct(declared) or self._mapped(declared)):
            return Unreadable(one.name, "the right answer is not in the file")
        match one.name:
            case "choiceInteraction":
                return self._choice(one, declared)
            case "orderInteraction":
                return self._order(one, declared)
            case "matchInteraction":
                return self._match(one, declared)
            case "gapMatchInteraction":
                return self._gap_match(one, declared)
            case "associateInteraction":
                return self._associate(one, declared)
        return Unreadable(one.name, "this kind of question is not known here")

    def _correct(self, declared: Element) -> list[str]:
        found = declared.first("correctResponse")
        if found is not None:
            return [" ".join(one.text.split()) for one in found.all("value")]
        return self._by_rules(declared) if not self._mapped(declared) else []

    def _by_rules(self, declared: Element) -> list[str]:
        """Return the response that earns most, of those that the rules name; none if no rule names one."""
        name = declared.get("identifier")
        named = list(dict.fromkeys(self.rules.literals(name)))[:_MOST_NAMED]
        scored = [(self.rules.score({name: values}) or Fraction(0), values) for values in named]
        best = max((score for score, _ in scored), default=Fraction(0))
        right = [values for score, values in scored if score == best > 0]
        if len(right) > 1 and declared.get("baseType") == "identifier":
            self.notes.append(Note("another right answer", f"one is right here; the file names {len(right)}"))
        if declared.get("baseType") == "identifier" or not right:
            return list(right[0]) if right else []
        return [value for values in right for value in values]

    @staticmethod
    def _mapped(declared: Element) -> dict[str, Fraction]:
        found = declared.first("mapping")
        entries = found.all("mapEntry") if found is not None else []
        return {" ".join(one.get("mapKey").split()): fraction(one.get("mappedValue")) or Fraction(0) for one in entries}

    @cached_property
    def maps(self) -> bool:
        """Whether the score is made of the mappings."""
        processing = self.item.first("responseProcessing")
        if processing is None:
            return not any(self._correct(one) for one in self.responses.values())
        template = processing.get("template").rpartition("/")[2].removesuffix(".xml")
        if template:
            return template == "map_response"
        return next(processing.walk("mapResponse"), None) is not None

    def _weights(self, declared: Element) -> dict[str, Fraction]:
        """Return the share of full marks for each key; with no mapping, right ones share full marks."""
        mapped, correct = self._mapped(declared), self._correct(declared)
        if mapped and (self.maps or not correct):
            single = declared.get("cardinality") == "single"
            positive = [value for value in mapped.values() if value > 0]
            best = max(positive, default=Fraction(1)) if single else sum(positive, Fraction(0)) or Fraction(1)
            return {key: value / best for key, value in mapped.items()}
        return {key: Fraction(1) for key in correct}

    def _default(self, declared: Element) -> Fraction:
        mapping = declared.first("mapping")
        return fraction(mapping.get("defaultValue", "0")) or Fraction(0) if mapping is not None else Fraction(0)

    def _option(self, one: Element, weight: Fraction, whom: Told) -> Option:
        said = [self._markdown(part.markup()) for part in one.walk("feedbackInline", "feedbackBlock")]
        said += whom.options.get(one.get("identifier"), ())
        return Option(self._inside(one), weight, "\n\n".join(dict.fromkeys(text for text in said if text)))

    def _told(self, declared: Element, options: Sequence[str] = (), *, many: bool = False) -> Told:
        asked = AskedItem(declared.get("identifier"), options, self._right, many)
        self.said = told(self.item, self.rules, asked, lambda one: self._markdown(one.markup()))
        return self.said

    @cached_property
    def _right(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(self._correct(declared)) for name, declared in self.responses.items()}

    def _choice(self, one: Element, declared: Element) -> Body:
        choices = list(one.walk("simpleChoice"))
        names = [c.get("identifier") for c in choices]
        fixed = one.get("shuffle") != "true" or any(c.get("fixed") == "true" for c in choices)
        if declared.get("cardinality") == "single" or one.get("maxChoices") == "1":
            weights = self._scored(declared, names) or self._weights(declared)
            whom = self._told(declared, names)
            options = (self._option(c, weights.get(c.get("identifier"), Fraction(0)), whom) for c in choices)
            return ChooseOne(tuple(options), fixed)
        whom = self._told(declared, names, many=True)
        weights = self._weights(declared)
        mapped = bool(self._mapped(declared)) and self.maps
        default = self._default(declared) / max(sum(v for v in self._mapped(declared).values() if v > 0), 1)
        share = Fraction(1) if mapped else Fraction(1, max(len(weights), 1))
        every = tuple(self._option(c, weights.get(c.get("identifier"), default) * share, whom) for c in choices)
        if not mapped:
            parts = [self.rules.score({declared.get("identifier"): (name,)}) for name in names]
            self._say_partial([*parts] if len(weights) > 1 else [])
        return ChooseMany(every, "weights" if mapped else "all", fixed)

    def _scored(self, declared: Element, names: Sequence[str]) -> dict[str, Fraction]:
        """Return what each option earns by the rules; nothing if they cannot be followed."""
        if len(names) > _MOST_NAMED or self.maps:
            return {}
        scores = {name: self.rules.score({declared.get("identifier"): (name,)}) for name in names}
        best = max((one for one in scores.values() if one is not None), default=Fraction(0))
        if best <= 0 or None in scores.values():
            return {}
        return {name: score / best for name, score in scores.items() if score}

    def _say_partial(self, scores: Sequence[Fraction | None]) -> None:
        """Note that answers which are not wholly right earn something in the file."""
        if any(score is not None and 0 < score < self._best for score in scores):
            why = "an answer that is not wholly right earns something in the file, here nothing"
            self.notes.append(Note("partial credit", why))

    @cached_property
    def _best(self) -> Fraction:
        """The score of the right answer by the rules; 1 if they cannot be followed."""
        return self.rules.score(self._right) or Fraction(1)

    def _order(self, one: Element, declared: Element) -> Body:
        texts = {c.get("identifier"): self._inside(c) for c in one.walk("simpleChoice")}
        items = tuple(texts[name] for name in self._correct(declared) if name in texts)
        if len(items) < len(texts):
            return Unreadable(one.name, "not all items have a place in the right order")
        processing = self.item.first("responseProcessing")
        by_place = processing is not None and next(processing.walk("index"), None) is not None
        if not by_place and len(texts) <= _MOST_ORDERED:
            name = declared.get("identifier")
            self._say_partial([self.rules.score({name: order}) for order in permutations(texts)])
        return PutInOrder(items, "each" if by_place else "all")

    def _partial(self, declared: Element) -> Partial:
        mapped = self._mapped(declared)
        if not mapped or not self.maps:
            return "all"
        positive = {value for value in mapped.values() if value > 0}
        if len(positive) > 1 or self._default(declared) < 0 or any(value < 0 for value in mapped.values()):
            self.notes.append(Note("weights", "parts weigh differently in the file, or wrong ones cost; here not"))
        return "each"

    def _right_pairs(self, declared: Element) -> list[tuple[str, str]]:
        weights = self._weights(declared)
        pairs = self._correct(declared) or [key for key, weight in weights.items() if weight > 0]
        split = (pair.split() for pair in pairs)
        return [(two[0], two[1]) for two in split if len(two) == 2]

    def _match(self, one: Element, declared: Element) -> Body:
        sets = one.all("simpleMatchSet")
        if len(sets) != 2:
            return Unreadable(one.name, "it has not two columns")
        left, right = ([(c.get("identifier"), c) for c in side.all("simpleAssociableChoice")] for side in sets)
        terms = {name: self._inside(c) for name, c in left}
        meanings = {name: self._inside(c) for name, c in right}
        pairs = [(b, a) if b in terms else (a, b) for a, b in self._right_pairs(declared)]
        pairs = [(a, b) for a, b in pairs if a in terms and b in meanings]
        if len({a for a, _ in pairs}) < len(pairs):
            if len({b for _, b in pairs}) == len(pairs):  # the groups stand on the left
                terms, meanings, left, right = meanings, terms, right, left
                pairs = [(b, a) for a, b in pairs]
            else:
                return Unreadable(one.name, "a term has several right meanings")
        partial = self._partial(declared)
        lonely = [text for name, text in terms.items() if name not in {a for a, _ in pairs}]
        if lonely:
            self.notes.append(Note("term", f"{len(lonely)} terms without a right meaning were left out"))
        if any(c.get("matchMax") != "1" for _, c in right) and len(right) <= 6:
            members = {n: tuple(terms[a] for a, b in pairs if b == n) for n in meanings}
            return SortInto(tuple((meanings[n], items) for n, items in members.items()), partial)
        used = {b for _, b in pairs}
        extra = [Option(text, Fraction(0)) for name, text in meanings.items() if name not in used]
        if len(extra) > MOST_EXTRA:
            self.notes.append(Note("extra", f"{len(extra) - MOST_EXTRA} meanings that fit nothing were left out"))
        return MatchUp(tuple((terms[a], meanings[b]) for a, b in pairs), tuple(extra[:MOST_EXTRA]), partial)

    def _associate(self, one: Element, declared: Element) -> Body:
        texts = {c.get("identifier"): self._inside(c) for c in one.all("simpleAssociableChoice")}
        pairs = [(texts[a], texts[b]) for a, b in self._right_pairs(declared) if a in texts and b in texts]
        used = {text for pair in pairs for text in pair}
        extra = tuple(Option(text, Fraction(0)) for text in texts.values() if text not in used)
        why = "any two of the texts could be joined in the file; here one of each pair is given"
        self.notes.append(Note("kind", why))
        return MatchUp(tuple(pairs), extra[:MOST_EXTRA], self._partial(declared))

    def _gap_match(self, one: Element, declared: Element) -> Body:
        words = {c.get("identifier"): self._inside(c) for c in one.walk("gapText")}
        if next(one.walk("gapImg"), None) is not None:
            return Unreadable(one.name, "pictures are to be put into the gaps")
        fits: dict[str, list[str]] = {}
        for word, gap in self._right_pairs(declared):
            fits.setdefault(gap, []).append(words.get(word, ""))
        if self.maps:
            for key, weight in self._weights(declared).items():
                two = key.split()
                if len(two) == 2 and weight > 0 and words.get(two[0], "") not in fits.setdefault(two[1], []):
                    fits[two[1]].append(words.get(two[0], ""))
        html = _without(one, frozenset({"prompt", "gapText"})).markup()
        before = "\n\n".join(self._inside(prompt) for prompt in one.all("prompt"))
        body = self.item.first("itemBody")
        outer = self._markdown(_without(body, _TAKEN_OUT | {one.name}).markup()) if body is not None else ""
        names = [gap.get("identifier") for gap in one.walk("gap")]
        parts = self._split(html, "gap", [Gap(_right(fits.get(n, [])), listed=True) for n in names])
        used = {text for texts in fits.values() for text in texts}
        wrong = tuple(Option(text, Fraction(0)) for text in words.values() if text not in used)
        lead = "\n\n".join(part for part in (outer, before) if part)
        return FillIn((f"{lead}\n\n", *parts) if lead else parts, wrong, 0, self._partial(declared))

    def _split(self, html: str, name: str, gaps: list[Gap]) -> tuple[str | Gap, ...]:
        """Return HTML as texts and gaps; an element with this name stands where a gap is."""
        marked = re.sub(rf"<{name}\b[^>]*>(?:.*?</{name}>)?", _CUT, html, flags=re.DOTALL)
        pieces = self._markdown(marked).split(_CUT)
        parts: list[str | Gap] = []
        for number, piece in enumerate(pieces):
            parts += [piece] if piece else []
            if number < len(gaps) and number < len(pieces) - 1:
                parts.append(gaps[number])
        return tuple(parts)

    # --- typed answers ----------------------------------------------------------------------------

    def _typed(self) -> Body:
        found = self.interactions
        for one in found:
            declared = self.responses.get(one.get("responseIdentifier"))
            if declared is None or not (self._correct(declared) or self._mapped(declared)):
                return Unreadable(one.name, "the right answer is not in the file")
        first = self.responses[found[0].get("responseIdentifier")]
        if len(found) == 1 and found[0].name == "textEntryInteraction":
            if first.get("baseType") in ("float", "integer"):
                return TypeNumber(self._numbers(first))
            if self._stands_alone(found[0]):
                options = self._texts(first)
                whom = self._told(first, [one.text for one in options]).options
                said = (replace(one, feedback="\n\n".join(whom.get(one.text, ()))) for one in options)
                return TypeText(tuple(said), case_sensitive=self._strict(first))
        body = self.item.first("itemBody")
        assert body is not None  # the interactions stand in it
        gaps = []
        for one in found:
            declared = self.responses[one.get("responseIdentifier")]
            gaps.append(self._choices(one, declared) if one.name != "textEntryInteraction" else self._gap(declared))
        html = _without(body, _TAKEN_OUT).markup()
        names = "(?:textEntryInteraction|inlineChoiceInteraction)"
        return one_bank(FillIn(self._split(html, names, gaps), partial=self._blanks_partial()))

    def _gap(self, declared: Element) -> Gap:
        if declared.get("baseType") == "integer":  # it has one spelling
            texts = (replace(one, text=str(int(one.text))) for one in self._texts(declared) if _INTEGER(one.text))
            return Gap(tuple(texts))
        if declared.get("baseType") == "float":
            return Gap((), numbers=self._numbers(declared))
        return Gap(self._texts(declared))

    def _numbers(self, declared: Element) -> tuple[NumberOption, ...]:
        processing = self.item.first("responseProcessing")
        return number_options(processing, declared, self._correct(declared), self._weights(declared))

    def _blanks_partial(self) -> Partial:
        processing = self.item.first("responseProcessing")
        together = processing.walk("and") if processing is not None else ()
        return "all" if any(next(one.walk("mapResponse", "match"), None) is not None for one in together) else "each"

    def _choices(self, one: Element, declared: Element) -> Gap:
        weights = self._weights(declared)
        options = (
            Option(self._inside(c), weights.get(c.get("identifier"), Fraction(0))) for c in one.all("inlineChoice")
        )
        return Gap(tuple(options), listed=True)

    def _texts(self, declared: Element) -> tuple[Option, ...]:
        weights = self._weights(declared)
        if not weights or max(weights.values()) <= 0:
            weights = {key: Fraction(1) for key in self._correct(declared)}
        folded: dict[str, tuple[str, Fraction]] = {}
        for text, weight in weights.items():
            known = folded.get(text.casefold())
            if known is None or weight > known[1]:
                folded[text.casefold()] = (text, weight)
            if known is not None and weight != known[1]:
                self.notes.append(Note("capital letters", f"'{text}' earns less in the file; here case is ignored"))
        return tuple(Option(text, weight) for text, weight in folded.values())

    def _strict(self, declared: Element) -> bool:
        mapping = declared.first("mapping")
        if mapping is None or not self.maps:
            return True
        return any(one.get("caseSensitive", "true") == "true" for one in mapping.all("mapEntry"))

    def _stands_alone(self, box: Element) -> bool:
        """Return whether no words stand in the same paragraph as the box."""
        body = self.item.first("itemBody")
        for one in body.walk() if body is not None else ():
            if any(child is box for child in one.children):
                return (
                    not "".join(part for part in one.content if isinstance(part, str)).strip()
                    and len([child for child in one.children if child.name != "br"]) == 1
                )
        return True

    # --- feedback and points ----------------------------------------------------------------------

    def _explain(self, body: Body) -> str:
        if isinstance(body, Unreadable):
            return ""
        if self.said is None:
            self._told(next(iter(self.responses.values())))
        assert self.said is not None  # it was just looked for
        moved = [text for text in (*self.said.right, *self.said.wrong) if not only_judges(text)]
        if moved:
            why = "what the file says to every right or every wrong answer stands in the explanation"
            self.notes.append(Note("moved", why, loss=False))
        return "\n\n".join(dict.fromkeys((*self.said.everybody, *moved)))


def _right(texts: list[str]) -> tuple[Option, ...]:
    return tuple(Option(text, Fraction(1)) for text in texts if text)


def _without(one: Element, names: frozenset[str]) -> Element:
    """Return a copy without the elements of these names."""
    kept = [
        part if isinstance(part, str) else _without(part, names)
        for part in one.content
        if isinstance(part, str) or part.name not in names
    ]
    return Element(one.name, one.attributes, one.line, one.column, kept)
