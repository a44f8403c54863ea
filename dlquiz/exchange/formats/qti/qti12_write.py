"""Write QTI 1.2 as Canvas imports it: a package of a manifest, the questions, and the settings of the quiz."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from itertools import groupby

from dlquiz.exchange.base import Exported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.explained import join_source
from dlquiz.exchange.formats.qti.check import insist, stop
from dlquiz.exchange.formats.qti.decimal import decimal
from dlquiz.exchange.formats.qti.layout import note_layout
from dlquiz.exchange.formats.qti.qti12_schema import MANIFEST, META, QTI12, lost_references
from dlquiz.exchange.formats.qti.xml import Tag, document, element, package
from dlquiz.exchange.from_ours import Can, from_ours
from dlquiz.exchange.neutral import (
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    Gap,
    MatchUp,
    NumberOption,
    Option,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.exchange.page.text import to_html, to_inline_html
from dlquiz.exchange.rewrite import exact_blanks
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.folding import fold

CAN = Can(
    bodies=frozenset({ChooseOne, ChooseMany, Truth, TypeText, TypeNumber, MatchUp, FillIn}),
    points=True,
    reject=False,
    near=False,
    pair_reasons=True,
    summary=True,
)

_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"


def write(quiz: Quiz, name: str) -> Exported:
    """Write a quiz as a package for Canvas. Variants of one question become a group that draws one of them."""
    ledger = Ledger()
    questions = [exact_blanks(one, ledger) for one in from_ours(quiz, CAN, ledger)]
    written = [one for one in questions if one is not None]
    for one in written:
        note_layout(one, ledger)
    content = assessment(quiz, written, name)
    root = insist(content, "assessment.xml", QTI12)
    stop("assessment.xml", list(lost_references(root)))
    key = _ident(name, "quiz")
    settings = _settings(quiz, key, sum(one.points for one in written))
    manifest = _manifest(key)
    insist(settings, "assessment_meta.xml", META)
    insist(manifest, "imsmanifest.xml", MANIFEST)
    members = {
        "imsmanifest.xml": manifest,
        f"{key}/{key}.xml": content,
        f"{key}/assessment_meta.xml": settings,
    }
    return Exported(package(members), ledger.report(name, "QTI 1.2"))


def assessment(quiz: Quiz, questions: Sequence[Foreign], name: str) -> bytes:
    """Return the file with the questions."""
    rows: list[Tag] = []
    for origin, grouped in groupby(questions, key=lambda one: one.origin):
        variants = list(grouped)
        items = [_Item(one, _ident(name, one.name)).node() for one in variants]
        rows += [_group(origin, variants, items, _ident(name, origin, "group"))] if len(items) > 1 else items
    section = element("section", *rows, ident="root_section")
    metadata = element("qtimetadata", _field("cc_maxattempts", "1"))
    root = element(
        "questestinterop",
        element("assessment", metadata, section, ident=_ident(name, "quiz"), title=quiz.title),
        xmlns=_QTI,
        xmlns__xsi=_XSI,
        xsi__schemaLocation=f"{_QTI} http://www.imsglobal.org/xsd/ims_qtiasiv1p2p1.xsd",
    )
    return document(root)


def _ident(*parts: str) -> str:
    """Return an id for Canvas: the same for the same question, unlike that of any other quiz."""
    return "i" + sha256("\0".join(parts).encode()).hexdigest()[:32]


def _group(origin: str, variants: Sequence[Foreign], items: Sequence[Tag], ident: str) -> Tag:
    extension = element("selection_extension", element("points_per_item", f"{variants[0].points:g}"))
    selection = element("selection", element("selection_number", "1"), extension)
    return element("section", element("selection_ordering", selection), *items, ident=ident, title=origin)


def _field(label: str, entry: str) -> Tag:
    return element("qtimetadatafield", element("fieldlabel", label), element("fieldentry", entry))


@dataclass
class _Item:
    """One ``<item>`` while it is being written."""

    question: Foreign
    ident: str
    responses: list[Tag] = field(default_factory=list)
    conditions: list[Tag] = field(default_factory=list)
    scores: list[Tag] = field(default_factory=list)
    feedback: dict[str, str] = field(default_factory=dict)
    labels: list[str] = field(default_factory=list)
    kind: str = ""
    stem: str = ""

    def node(self) -> Tag:
        question = self.question
        self.stem = to_html(question.stem)
        explain = join_source(question.explain, question.source)
        if explain:
            self._say(element("other"), "general_fb", to_html(explain))
        self._body()
        processing = element(
            "resprocessing",
            element("outcomes", element("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")),
            *self.conditions,
            *self.scores,
        )
        return element(
            "item",
            element("itemmetadata", self._metadata()),
            element("presentation", _material(self.stem), *self.responses),
            processing,
            *(
                element("itemfeedback", element("flow_mat", _material(html)), ident=name)
                for name, html in self.feedback.items()
            ),
            ident=self.ident,
            title=question.name,
        )

    def _metadata(self) -> Tag:
        return element(
            "qtimetadata",
            _field("question_type", self.kind),
            _field("points_possible", f"{self.question.points:g}"),
            _field("original_answer_ids", ",".join(self.labels)),
            _field("assessment_question_identifierref", f"{self.ident}_question"),
            *(_field("qmd_keywords", tag) for tag in self.question.tags),
        )

    def _body(self) -> None:
        match self.question.body:
            case ChooseOne(options=options):
                self._choices("multiple_choice_question", options)
            case Truth() as body:
                options = (
                    Option("True", Fraction(body.answer), body.if_true),
                    Option("False", Fraction(not body.answer), body.if_false),
                )
                self._choices("true_false_question", options)
            case ChooseMany(options=options):
                self._choices("multiple_answers_question", options)
            case TypeText(options=options):
                self._typed(options)
            case TypeNumber(answers=answers):
                self._number(answers[0])
            case MatchUp() as body:
                self._matching(body)
            case FillIn() as body:
                self._blanks(body)

    def _say(self, test: Tag, name: str, html: str) -> None:
        shown = element("displayfeedback", feedbacktype="Response", linkrefid=name)
        self.conditions.append(element("respcondition", element("conditionvar", test), shown, continue_="Yes"))
        self.feedback[name] = html

    def _score(self, *tests: Tag, points: str = "100", action: str = "Set") -> None:
        scored = element("setvar", points, action=action, varname="SCORE")
        stops = {"continue_": "No"} if action == "Set" else {"continue_": "Yes"}
        self.scores.append(element("respcondition", element("conditionvar", *tests), scored, **stops))

    def _label(self, number: int, text: str, *, html: bool = True, key: str = "") -> tuple[str, Tag]:
        ident = str(int(sha256(f"{self.ident}/{key}{number}".encode()).hexdigest()[:12], 16))
        material = _material(to_inline_html(text)) if html else _material(text, "text/plain")
        return ident, element("response_label", material, ident=ident)

    def _choices(self, kind: str, options: Sequence[Option]) -> None:
        self.kind = kind
        several = kind == "multiple_answers_question"
        # Canvas takes "True" and "False" by their words.
        made = [self._label(i, one.text, html=kind != "true_false_question") for i, one in enumerate(options)]
        self.labels = [ident for ident, _ in made]
        choices = element("render_choice", *(label for _, label in made))
        cardinality = "Multiple" if several else "Single"
        self.responses.append(element("response_lid", choices, ident="response1", rcardinality=cardinality))
        for (ident, _), one in zip(made, options, strict=True):
            if one.feedback:
                self._say(_equal("response1", ident), f"{ident}_fb", to_inline_html(one.feedback))
        tests = [
            _equal("response1", ident) if one.weight > 0 else element("not", _equal("response1", ident))
            for (ident, _), one in zip(made, options, strict=True)
            if several or one.weight == 1
        ]
        self._score(element("and", *tests) if several else tests[0])

    def _typed(self, options: Sequence[Option]) -> None:
        self.kind = "short_answer_question"
        self._box()
        self._score(*(_equal("response1", " ".join(one.text.split())) for one in options))

    def _box(self, **kind: str) -> None:
        box = element("render_fib", element("response_label", ident="answer1"), **kind)
        self.responses.append(element("response_str", box, ident="response1", rcardinality="Single"))

    def _number(self, answer: NumberOption) -> None:
        self.kind = "numerical_question"
        self._box(fibtype="Decimal")
        low = element("vargte", decimal(answer.low), respident="response1")
        high = element("varlte", decimal(answer.high), respident="response1")
        if answer.as_range or answer.answer is None:
            self._score(low, high)
        else:
            exact = _equal("response1", decimal(answer.answer))
            self._score(element("or", exact, element("and", low, high)))

    def _matching(self, body: MatchUp) -> None:
        self.kind = "matching_question"
        meanings = list(dict.fromkeys([*(meaning for _, meaning in body.pairs), *(one.text for one in body.extra)]))
        made = [self._label(i, text, html=False, key="meaning") for i, text in enumerate(meanings)]
        idents = dict(zip(meanings, (ident for ident, _ in made), strict=True))
        share, why = _percent(len(body.pairs)), dict(body.why)
        for number, (term, meaning) in enumerate(body.pairs):
            response = f"response_{self._label(number, '', key='term')[0]}"
            choices = element("render_choice", *(label for _, label in made))
            self.responses.append(element("response_lid", _material(to_inline_html(term)), choices, ident=response))
            self._score(_equal(response, idents[meaning]), points=share, action="Add")
            if term in why:
                mistaken = element("not", _equal(response, idents[meaning]))
                self._say(mistaken, f"{response.removeprefix('response_')}_fb", to_inline_html(why[term]))

    def _blanks(self, body: FillIn) -> None:
        listed = any(gap.listed for gap in body.gaps)
        self.kind = "multiple_dropdowns_question" if listed else "fill_in_multiple_blanks_question"
        names = _free_names(self.question.stem, body)
        first = [gap.options[0].text for gap in body.gaps]
        bank = list(dict.fromkeys((*first, *(one.text for one in body.wrong))))
        reasons = {one.text: one.feedback for one in body.wrong}
        text, gaps = [], iter(names)
        for part in body.parts:
            if isinstance(part, str):
                text.append(part)
                continue
            name = next(gaps)
            text.append(f"[{name}]")
            self._blank(name, part, bank if listed else [one.text for one in part.options], reasons)
        self.stem = to_html("\n\n".join(one for one in (self.question.stem, "".join(text)) if one))

    def _blank(self, name: str, gap: Gap, words: Sequence[str], reasons: dict[str, str]) -> None:
        response = f"response_{name}"
        made = [(text, *self._label(i, text, html=False, key=name)) for i, text in enumerate(words)]
        choices = element("render_choice", *(label for _, _, label in made))
        self.responses.append(
            element("response_lid", element("material", element("mattext", name)), choices, ident=response)
        )
        fits = {fold(one.text) for one in gap.options}
        share = _percent(len([one for one in self._gaps() if one]))
        for text, ident, _ in made:
            if fold(text) in fits:
                self._score(_equal(response, ident), points=share, action="Add")
            elif reasons.get(text):
                self._say(_equal(response, ident), f"{ident}_fb", to_inline_html(reasons[text]))

    def _gaps(self) -> tuple[Gap, ...]:
        body = self.question.body
        return body.gaps if isinstance(body, FillIn) else ()


def _free_names(stem: str, body: FillIn) -> Iterator[str]:
    """Yield a name for each blank that does not stand in brackets in the text already."""
    text = stem + "".join(part for part in body.parts if isinstance(part, str))
    number = 0
    while True:
        number += 1
        if f"[blank{number}]" not in text:
            yield f"blank{number}"


def _percent(parts: int) -> str:
    return f"{100 / parts:.2f}"


def _equal(response: str, value: str) -> Tag:
    return element("varequal", value, respident=response)


def _material(text: str, kind: str = "text/html") -> Tag:
    return element("material", element("mattext", text, texttype=kind))


def _settings(quiz: Quiz, key: str, points: float) -> bytes:
    """Return ``assessment_meta.xml``: Canvas takes the quiz's title and settings from it."""
    return document(
        element(
            "quiz",
            element("title", quiz.title),
            element("description", *([to_html(quiz.summary)] if quiz.summary else [])),
            element("shuffle_answers", "true"),
            element("scoring_policy", "keep_highest"),
            element("quiz_type", "assignment"),
            element("points_possible", f"{points:g}"),
            identifier=key,
            xmlns=_CANVAS,
        )
    )


def _manifest(key: str) -> bytes:
    settings = f"{key}_settings"
    return document(
        element(
            "manifest",
            element("metadata", element("schema", "IMS Content"), element("schemaversion", "1.1.3")),
            element("organizations"),
            element(
                "resources",
                element(
                    "resource",
                    element("file", href=f"{key}/{key}.xml"),
                    element("dependency", identifierref=settings),
                    identifier=key,
                    type="imsqti_xmlv1p2",
                ),
                element(
                    "resource",
                    element("file", href=f"{key}/assessment_meta.xml"),
                    identifier=settings,
                    type="associatedcontent/imscc_xmlv1p1/learning-application-resource",
                    href=f"{key}/assessment_meta.xml",
                ),
            ),
            identifier=f"{key}_package",
            xmlns=_PACKAGE,
        )
    )
