"""Write QTI 2.1: a content package with one file for each question, and a test that lists them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from dlquiz.exchange.base import Exported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.explained import join_source
from dlquiz.exchange.formats.qti.check import insist, stop
from dlquiz.exchange.formats.qti.decimal import decimal
from dlquiz.exchange.formats.qti.layout import note_layout
from dlquiz.exchange.formats.qti.qti12_schema import MANIFEST
from dlquiz.exchange.formats.qti.qti21_schema import QTI21, TEST21, lost_references
from dlquiz.exchange.formats.qti.xml import Markup, Tag, document, element, package
from dlquiz.exchange.from_ours import Can, from_ours
from dlquiz.exchange.neutral import (
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    MatchUp,
    NumberOption,
    Option,
    PutInOrder,
    SortInto,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.exchange.page.text import to_html, to_inline_html
from dlquiz.exchange.rewrite import exact_blanks
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.folding import fold

CAN = Can(
    bodies=frozenset({ChooseOne, ChooseMany, Truth, TypeText, TypeNumber, MatchUp, FillIn, PutInOrder, SortInto}),
    many=frozenset({"all", "net"}),
    parts=frozenset({"all", "each"}),
    points=True,
    tags=False,
    reject=False,
    near=False,
    lang=True,
)

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_BOX = "\ue000"  # a letter that no text of ours holds: an interaction stands in its place


def write(quiz: Quiz, name: str) -> Exported:
    """Write a quiz as a package. Variants of one question become a section that draws one of them."""
    ledger = Ledger()
    questions = [one for one in (_fitted(one, ledger) for one in from_ours(quiz, CAN, ledger)) if one is not None]
    members: dict[str, bytes] = {}
    for one in questions:
        note_layout(one, ledger)
        content = document(_Item(one, quiz.lang).node())
        root = insist(content, f"{one.name}.xml", QTI21)
        stop(f"{one.name}.xml", list(lost_references(root)))
        members[f"items/{one.name}.xml"] = content
    test = _test(quiz, questions)
    insist(test, "assessment.xml", TEST21)
    manifest = _manifest(list(members))
    insist(manifest, "imsmanifest.xml", MANIFEST)
    content = package({"imsmanifest.xml": manifest, "assessment.xml": test, **members})
    return Exported(content, ledger.report(name, "QTI 2.1"))


def _fitted(question: Foreign, ledger: Ledger) -> Foreign | None:
    """Leave out what blanks cannot hold: patterns, and what is said to wrong words."""
    if isinstance(question.body, FillIn) and any(one.feedback for one in question.body.wrong):
        ledger.changed(question.origin, "wrong", "the reasons why a word fits nowhere have no place there")
    return exact_blanks(question, ledger)


def _share(number: Fraction) -> str:
    return f"{float(number):.15g}"


def _variable(name: str = "RESPONSE") -> Tag:
    return element("variable", identifier=name)


def _correct(name: str = "RESPONSE") -> Tag:
    return element("correct", identifier=name)


def _map(name: str = "RESPONSE") -> Tag:
    return element("mapResponse", identifier=name)


def _base(kind: str, value: str) -> Tag:
    return element("baseValue", value, baseType=kind)


def _set(name: str, value: Tag) -> Tag:
    return element("setOutcomeValue", value, identifier=name)


def _if(test: Tag, *then: Tag) -> Tag:
    return element("responseCondition", element("responseIf", test, *then))


@dataclass
class _Item:
    """One ``<assessmentItem>`` while it is being written."""

    question: Foreign
    lang: str
    declarations: list[Tag] = field(default_factory=list)
    outcomes: list[Tag] = field(default_factory=list)
    body: list[Tag | Markup] = field(default_factory=list)
    rules: list[Tag] = field(default_factory=list)
    modal: list[Tag] = field(default_factory=list)

    def node(self) -> Tag:
        question = self.question
        maximum = {"normalMaximum": f"{question.points:g}"} if question.points != 1 else {}
        self._outcome("SCORE", "float", "0", **maximum)
        self._make()
        explain = join_source(question.explain, question.source)
        if explain:
            self._outcome("SOLUTION", "identifier")
            self.rules.append(_set("SOLUTION", _base("identifier", "explanation")))
            self._modal("SOLUTION", "explanation", to_html(explain))
        if question.points != 1:
            product = element("product", _variable("SCORE"), _base("float", f"{question.points:g}"))
            self.rules.append(_set("SCORE", product))
        return element(
            "assessmentItem",
            *self.declarations,
            *self.outcomes,
            element("itemBody", *self.body),
            element("responseProcessing", *self.rules),
            *self.modal,
            xmlns=_QTI,
            xmlns__xsi=_XSI,
            xsi__schemaLocation=f"{_QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
            identifier=question.name,
            title=question.name,
            adaptive="false",
            timeDependent="false",
            **({"xml__lang": self.lang} if self.lang != "en" else {}),
        )

    def _make(self) -> None:
        if not isinstance(self.question.body, FillIn) and self.question.stem:
            self.body.append(Markup(to_html(self.question.stem)))
        match self.question.body:
            case ChooseOne(options=options):
                self._choose_one(options)
            case Truth() as body:
                yes = Option("True", Fraction(body.answer), body.if_true)
                self._choose_one((yes, Option("False", Fraction(not body.answer), body.if_false)), ("true", "false"))
            case ChooseMany() as body:
                self._choose_many(body)
            case TypeText(options=options):
                self._typed("RESPONSE", [one.text for one in options])
                self.rules.append(_set("SCORE", _map()))
                self.body.append(element("p", element("textEntryInteraction", responseIdentifier="RESPONSE")))
            case TypeNumber(answers=answers):
                self._number(answers[0])
            case MatchUp() as body:
                extra = [one.text for one in body.extra]
                self._pairs(body.pairs, [*(meaning for _, meaning in body.pairs), *extra], body.partial, "1")
            case SortInto() as body:
                pairs = tuple((item, group) for group, items in body.groups for item in items)
                self._pairs(pairs, [group for group, _ in body.groups], body.partial, "0")
            case PutInOrder() as body:
                self._order(body)
            case FillIn() as body:
                self._blanks(body)

    # --- pieces -----------------------------------------------------------------------------------

    def _outcome(self, name: str, kind: str, default: str = "", **more: str) -> None:
        value = [element("defaultValue", element("value", default))] if default else []
        self.outcomes.append(
            element("outcomeDeclaration", *value, identifier=name, cardinality="single", baseType=kind, **more)
        )

    def _modal(self, outcome: str, name: str, html: str) -> None:
        shown = {"outcomeIdentifier": outcome, "identifier": name, "showHide": "show"}
        self.modal.append(element("modalFeedback", Markup(html), **shown))

    def _declare(
        self,
        kind: str,
        cardinality: str,
        correct: Sequence[str],
        mapped: Sequence[tuple[str, Fraction]] = (),
        name: str = "RESPONSE",
        **bounds: str,
    ) -> None:
        content = [element("correctResponse", *(element("value", one) for one in correct))]
        if mapped:
            folded = {"caseSensitive": "false"} if kind == "string" else {}
            entries = (element("mapEntry", mapKey=key, mappedValue=_share(v), **folded) for key, v in mapped)
            content.append(element("mapping", *entries, defaultValue="0", **bounds))
        self.declarations.append(
            element("responseDeclaration", *content, identifier=name, cardinality=cardinality, baseType=kind)
        )

    def _all_or_nothing(self) -> None:
        right = element("match", _variable(), _correct())
        self.rules.append(_if(right, _set("SCORE", _base("float", "1"))))

    def _say(self, options: Sequence[Option], names: Sequence[str]) -> None:
        if not any(one.feedback for one in options):
            return
        several = isinstance(self.question.body, ChooseMany)
        cardinality = "multiple" if several else "single"
        self.outcomes.append(
            element("outcomeDeclaration", identifier="FEEDBACK", cardinality=cardinality, baseType="identifier")
        )
        self.rules.append(_set("FEEDBACK", _variable()))
        for name, one in zip(names, options, strict=True):
            if one.feedback:
                self._modal("FEEDBACK", name, to_inline_html(one.feedback))

    def _choices(self, options: Sequence[Option], names: Sequence[str], most: str) -> None:
        rows = (
            element("simpleChoice", Markup(to_inline_html(one.text)), identifier=name)
            for name, one in zip(names, options, strict=True)
        )
        self.body.append(
            element("choiceInteraction", *rows, responseIdentifier="RESPONSE", shuffle="true", maxChoices=most)
        )

    def _choose_one(self, options: Sequence[Option], names: Sequence[str] = ()) -> None:
        names = names or [f"option{i}" for i, _ in enumerate(options, 1)]
        right = [name for name, one in zip(names, options, strict=True) if one.weight == 1]
        self._declare("identifier", "single", right[:1])
        self._choices(options, names, "1")
        self._all_or_nothing()
        self._say(options, names)

    def _choose_many(self, body: ChooseMany) -> None:
        names = [f"option{i}" for i, _ in enumerate(body.options, 1)]
        named = list(zip(names, body.options, strict=True))
        right = [name for name, one in named if one.weight > 0]
        share = Fraction(1, len(right))
        net = body.partial != "all"
        mapped = [(name, share if one.weight > 0 else -share) for name, one in named] if net else []
        self._declare("identifier", "multiple", right, mapped, **({"lowerBound": "0"} if net else {}))
        self._choices(body.options, names, "0")
        if net:
            self.rules.append(_set("SCORE", _map()))
        else:
            self._all_or_nothing()
        self._say(body.options, names)

    def _typed(self, name: str, texts: Sequence[str], share: Fraction = Fraction(1)) -> None:
        words = list({fold(text): " ".join(text.split()) for text in reversed(texts)}.values())[::-1]
        self._declare("string", "single", words[:1], [(word, share) for word in words], name)

    def _number(self, answer: NumberOption) -> None:
        shown = answer.answer if answer.answer is not None else (answer.low + answer.high) / 2
        self._declare("float", "single", [decimal(shown)])
        middle = shown * 2 == answer.low + answer.high and not answer.as_range
        if middle:
            margin = decimal(answer.high - shown)
            exact = {"toleranceMode": "exact"} if answer.low == answer.high else {"toleranceMode": "absolute"}
            bound = {} if answer.low == answer.high else {"tolerance": f"{margin} {margin}"}
            test = element("equal", _variable(), _correct(), **exact, **bound)
        else:
            low = element("gte", _variable(), _base("float", decimal(answer.low)))
            test = element("and", low, element("lte", _variable(), _base("float", decimal(answer.high))))
        self.rules.append(_if(test, _set("SCORE", _base("float", "1"))))
        self.body.append(element("p", element("textEntryInteraction", responseIdentifier="RESPONSE")))

    def _pairs(self, pairs: Sequence[tuple[str, str]], targets: Sequence[str], partial: str, most: str) -> None:
        meanings = list(dict.fromkeys(targets))
        names = {text: f"meaning{i}" for i, text in enumerate(meanings, 1)}
        right = [f"term{i} {names[meaning]}" for i, (_, meaning) in enumerate(pairs, 1)]
        mapped = [(pair, Fraction(1, len(pairs))) for pair in right] if partial != "all" else []
        self._declare("directedPair", "multiple", right, mapped)
        terms = (_associable(f"term{i}", term, "1") for i, (term, _) in enumerate(pairs, 1))
        others = (_associable(name, text, most) for text, name in names.items())
        self.body.append(
            element(
                "matchInteraction",
                element("simpleMatchSet", *terms),
                element("simpleMatchSet", *others),
                responseIdentifier="RESPONSE",
                shuffle="true",
                maxAssociations=str(len(pairs)),
            )
        )
        if mapped:
            self.rules.append(_set("SCORE", _map()))
        else:
            self._all_or_nothing()

    def _order(self, body: PutInOrder) -> None:
        names = [f"item{i}" for i, _ in enumerate(body.items, 1)]
        self._declare("identifier", "ordered", names)
        rows = (
            element("simpleChoice", Markup(to_inline_html(text)), identifier=name)
            for name, text in zip(names, body.items, strict=True)
        )
        self.body.append(element("orderInteraction", *rows, responseIdentifier="RESPONSE", shuffle="true"))
        if body.partial == "all":
            self._all_or_nothing()
            return
        share = _share(Fraction(1, len(names)))
        for place, _ in enumerate(names, 1):
            here = element("index", _variable(), n=str(place))
            wanted = element("index", _correct(), n=str(place))
            more = element("sum", _variable("SCORE"), _base("float", share))
            self.rules.append(_if(element("match", here, wanted), _set("SCORE", more)))

    def _blanks(self, body: FillIn) -> None:
        if any(gap.listed for gap in body.gaps):
            self._bank(body)
            return
        names = [f"RESPONSE{i}" for i, _ in enumerate(body.gaps, 1)]
        share = Fraction(1) if body.partial == "all" else Fraction(1, len(names))
        for name, gap in zip(names, body.gaps, strict=True):
            self._typed(name, [one.text for one in gap.options], share)
        html = self._text(body)
        for name in names:
            html = html.replace(_BOX, f'<textEntryInteraction responseIdentifier="{name}"/>', 1)
        self.body.append(Markup(html))
        if body.partial == "all":
            full = [element("equal", _map(name), _base("float", "1"), toleranceMode="exact") for name in names]
            self.rules.append(_if(element("and", *full), _set("SCORE", _base("float", "1"))))
        else:
            self.rules.append(_set("SCORE", element("sum", *(_map(name) for name in names))))

    def _bank(self, body: FillIn) -> None:
        words = list(dict.fromkeys((*(g.options[0].text for g in body.gaps), *(one.text for one in body.wrong))))
        idents = {text: f"word{i}" for i, text in enumerate(words, 1)}
        gaps = [f"gap{i}" for i, _ in enumerate(body.gaps, 1)]
        named = list(zip(gaps, body.gaps, strict=True))
        right = [f"{idents[gap.options[0].text]} {name}" for name, gap in named]
        share = Fraction(1, len(gaps))
        mapped = [
            (f"{idents[text]} {name}", share)
            for name, gap in named
            for text in words
            if fold(text) in {fold(one.text) for one in gap.options}
        ]
        self._declare("directedPair", "multiple", right, mapped if body.partial != "all" else ())
        html = self._text(body)
        for name in gaps:
            html = html.replace(_BOX, f'<gap identifier="{name}"/>', 1)
        texts = (element("gapText", text, identifier=name, matchMax="0") for text, name in idents.items())
        self.body.append(
            element("gapMatchInteraction", *texts, Markup(html), responseIdentifier="RESPONSE", shuffle="true")
        )
        if body.partial == "all":
            self._all_or_nothing()
        else:
            self.rules.append(_set("SCORE", _map()))

    def _text(self, body: FillIn) -> str:
        text = "".join(part if isinstance(part, str) else _BOX for part in body.parts)
        return to_html("\n\n".join(one for one in (self.question.stem, text) if one))


def _associable(name: str, text: str, most: str) -> Tag:
    return element("simpleAssociableChoice", Markup(to_inline_html(text)), identifier=name, matchMax=most)


def _test(quiz: Quiz, questions: Sequence[Foreign]) -> bytes:
    section = element("assessmentSection", *_rows(questions), identifier="section", title=quiz.title, visible="true")
    part = element("testPart", section, identifier="part", navigationMode="nonlinear", submissionMode="individual")
    return document(element("assessmentTest", part, xmlns=_QTI, identifier="test", title=quiz.title))


def _rows(questions: Sequence[Foreign]) -> Iterator[Tag]:
    for origin, grouped in groupby(questions, key=lambda one: one.origin):
        refs = [
            element("assessmentItemRef", identifier=f"ref-{one.name}", href=f"items/{one.name}.xml") for one in grouped
        ]
        if len(refs) == 1:
            yield refs[0]
        else:
            pick = element("selection", select="1")
            yield element("assessmentSection", pick, *refs, identifier=f"group-{origin}", title=origin, visible="false")


def _manifest(items: Sequence[str]) -> bytes:
    def resource(name: str, path: str, kind: str, *needs: Tag) -> Tag:
        return element("resource", element("file", href=path), *needs, identifier=name, type=kind, href=path)

    names = [f"item-{path.removeprefix('items/').removesuffix('.xml')}" for path in items]
    needed = (element("dependency", identifierref=name) for name in names)
    return document(
        element(
            "manifest",
            element("metadata", element("schema", "QTIv2.1 Package"), element("schemaversion", "1.0.0")),
            element("organizations"),
            element(
                "resources",
                resource("test", "assessment.xml", "imsqti_test_xmlv2p1", *needed),
                *(resource(n, path, "imsqti_item_xmlv2p1") for n, path in zip(names, items, strict=True)),
            ),
            identifier="package",
            xmlns=_PACKAGE,
        )
    )
