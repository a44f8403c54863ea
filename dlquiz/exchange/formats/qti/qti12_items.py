"""One question of a QTI 1.2 file. Its type may be named, or must be told from its structure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property

from dlquiz.exchange.formats.qti.feedback import said, unsaid
from dlquiz.exchange.formats.qti.qti12_blanks import Qti12Blank, forgiven
from dlquiz.exchange.formats.qti.qti12_numbers import calculated, numbers
from dlquiz.exchange.formats.qti.qti12_score import Condition, Scoring, full_marks, positive
from dlquiz.exchange.markup import has_tags
from dlquiz.exchange.neutral import (
    Body,
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    Gap,
    MatchUp,
    Note,
    Option,
    PutInOrder,
    SortInto,
    Truth,
    TypeText,
    Unreadable,
)
from dlquiz.exchange.texts import from_html
from dlquiz.exchange.xmlsafe import Element

_PROFILES = {
    "cc.multiple_choice.v0p1": "multiple_choice_question",
    "cc.true_false.v0p1": "true_false_question",
    "cc.multiple_response.v0p1": "multiple_response",
    "cc.fib.v0p1": "short_answer_question",
    "cc.pattern_match.v0p1": "short_answer_question",
    "cc.essay.v0p1": "essay_question",
    "multiple choice": "multiple_choice_question",
    "multiple answer": "multiple_answers_question",
    "true/false": "true_false_question",
    "either/or": "multiple_choice_question",
    "fill in the blank": "short_answer_question",
    "fill in the blank plus": "fill_in_multiple_blanks_question",
    "matching": "matching_question",
    "ordering": "ordering_question",
    "numeric": "numerical_question",
    "calculated": "calculated_question",
    "essay": "essay_question",
    "short response": "essay_question",
    "file upload": "file_upload_question",
    "hot spot": "hot_spot_question",
    "jumbled sentence": "multiple_dropdowns_question",
}

_BY_HAND = "a person has to mark it"
_NOT_OURS = {
    "essay_question": _BY_HAND,
    "file_upload_question": _BY_HAND,
    "text_only_question": "it is a text, not a question",
    "hot_spot_question": "a place in a picture is asked for",
    "missing_word_question": "Canvas no longer supports it either",
}
_GENERIC = re.compile(r"(question|frage|item|group|untitled)?\s*\d*", re.IGNORECASE)
BREAK = "\n\n"
_TEXTS = frozenset({"mattext", "matemtext", "math"})
_LEFT_OUT = {
    "matimage": "a picture",
    "mataudio": "a sound or film",
    "matvideo": "a sound or film",
    "matapplet": "a program",
    "matapplication": "a program",
}
MOST_EXTRA = 6
"""So many meanings that fit no term our match questions may have."""


def read_item(item: Element) -> list[Foreign]:
    """Return the question; several if it is a calculated one whose variants are listed."""
    return _Reader(item).questions()


class _Reader:
    def __init__(self, item: Element) -> None:
        self.item = item
        self.scoring = Scoring(item)
        self.notes: list[Note] = []
        self.metadata = _metadata(item)
        self.kind = self._kind()

    def questions(self) -> list[Foreign]:
        body = self._body()
        stem = "" if isinstance(body, FillIn) else self.stem
        explain, hints = self._explain(body), self._feedback_parts("hint")
        title = " ".join(self.item.get("title").split())
        question = Foreign(
            body,
            stem,
            name="" if _GENERIC.fullmatch(title) else title,
            explain=explain,
            hints=tuple(hints),
            tags=tuple(self.metadata.get("qmd_keywords", ())),
            points=self._points(),
            line=self.item.line,
        )
        notes = (*self.notes, *unsaid(question, self._feedback.values()))
        question = replace(question, notes=tuple(dict.fromkeys(notes)))
        if self.kind == "calculated_question":
            return calculated(self.item, question)
        return [question]

    # --- what it is -------------------------------------------------------------------------------

    def _named(self, *labels: str) -> str:
        return next((self.metadata[label][0].strip() for label in labels if self.metadata.get(label)), "")

    def _kind(self) -> str:
        named = self._named("question_type", "cc_profile", "bbmd_questiontype", "qmd_questiontype", "qmd_itemtype")
        kind = _PROFILES.get(named.casefold(), named)
        return kind if kind.endswith("_question") or kind == "multiple_response" else self._guess()

    def _guess(self) -> str:
        chosen, typed = self.lists, self.boxes
        if not chosen and not typed:
            return (
                "hot_spot_question" if list(self.item.walk("response_xy", "render_hotspot")) else "text_only_question"
            )
        if len(chosen) > 1:
            asked = {one.get("ident").removeprefix("response_") for one in chosen}
            blanks = all(f"[{name}]" in self.stem for name in asked)
            return "multiple_dropdowns_question" if blanks else "matching_question"
        if chosen:
            cardinality = chosen[0].get("rcardinality", "Single").casefold()
            return {"multiple": "multiple_response", "ordered": "ordering_question"}.get(
                cardinality, "multiple_choice_question"
            )
        if not any(one.earns for one in self.scoring.conditions):
            return "essay_question"
        if len(typed) > 1:
            return "inline_blanks"
        bounds = any(test.name.startswith(("varg", "varl")) for test in self.scoring.names(typed[0].get("ident")))
        kinds = {one.get("fibtype").casefold() for one in typed[0].walk("render_fib")}
        return (
            "numerical_question" if bounds or kinds & {"decimal", "integer", "scientific"} else "short_answer_question"
        )

    @cached_property
    def lists(self) -> list[Element]:
        """Responses that are chosen from a list."""
        return [one for one in self.item.walk("response_lid", "response_str") if list(one.walk("render_choice"))]

    @cached_property
    def boxes(self) -> list[Element]:
        """Responses that are typed."""
        every = self.item.walk("response_lid", "response_str", "response_num")
        return [one for one in every if not list(one.walk("render_choice"))]

    @cached_property
    def stem(self) -> str:
        presentation = self.item.first("presentation")
        if presentation is None:
            return ""
        return "\n\n".join(part for part in self._texts(presentation) if part)

    def _texts(self, parent: Element) -> Iterator[str]:
        for one in parent.children:
            if one.name == "material":
                yield self._material(one)
            elif one.name in ("flow", "flow_mat"):
                yield from self._texts(one)

    def _material(self, *materials: Element) -> str:
        """Return the text of materials as our Markdown; a formula between texts stays in its sentence."""
        text, in_line = "", False
        for one in (part for material in materials for part in _pieces(material)):
            if one.name in _LEFT_OUT:
                self.notes.append(Note(_LEFT_OUT[one.name], "pictures, sounds and programs do not travel"))
                continue
            piece = self._piece(one)
            if piece:
                formula = one.name == "math"
                text += f"{' ' if formula or in_line else BREAK}{piece}" if text else piece
                in_line = formula
        return text

    def _piece(self, one: Element) -> str:
        text = one.outer() if one.name == "math" else one.markup() if one.children else one.text
        if one.get("texttype", "text/plain").casefold() == "text/html" or one.children or _is_html(text):
            text, notes = from_html(text)
            self.notes += notes
        return text.strip()

    # --- the body ---------------------------------------------------------------------------------

    def _body(self) -> Body:
        if self.kind in _NOT_OURS:
            return Unreadable(self.kind, _NOT_OURS[self.kind])
        if self.kind == "calculated_question":
            return Unreadable(self.kind, "its variants are not listed in the file")
        if self.kind == "numerical_question" and self.boxes:
            return numbers(self.scoring, self.boxes[0].get("ident"), self._shown)
        if self.kind == "short_answer_question" and self.boxes:
            return self._typed()
        if self.kind == "inline_blanks":
            return self._inline_blanks()
        if not self.lists:
            return Unreadable(self.kind, "this kind of question, or its answers, cannot be read")
        match self.kind:
            case "multiple_choice_question" | "true_false_question":
                return self._choose_one()
            case "multiple_answers_question" | "multiple_response":
                return self._choose_many()
            case "fill_in_multiple_blanks_question" | "multiple_dropdowns_question":
                return self._blanks()
            case "matching_question":
                return self._matching()
            case "ordering_question":
                return self._ordering()
            case "categorization_question":
                return self._sorting()
        return Unreadable(self.kind, "this kind of question is not known here")

    def _labels(self, response: Element) -> list[tuple[str, str]]:
        return [(one.get("ident"), self._material(one)) for one in response.walk("response_label")]

    def _choose_one(self) -> Body:
        response, fixed = self.lists[0].get("ident"), _is_fixed(self.lists[0])
        options = []
        for label, text in self._labels(self.lists[0]):
            given = {response: frozenset({label})}
            options.append(Option(text, self.scoring.share(given), self._about(given)))
        words = {one.text.strip().casefold(): one for one in options}
        if self.kind == "true_false_question" and set(words) == {"true", "false"}:
            yes, no = words["true"], words["false"]
            return Truth(yes.weight > no.weight, yes.feedback, no.feedback)
        return ChooseOne(tuple(options), fixed)

    def _choose_many(self) -> Body:
        response, fixed = self.lists[0].get("ident"), _is_fixed(self.lists[0])
        labels = self._labels(self.lists[0])
        best = full_marks(self.scoring.conditions)
        right = {value.strip() for value in positive(best.test, response)} if best else set()
        shares = {label: self.scoring.share({response: frozenset({label})}) for label, _ in labels}
        weighted = sum(share > 0 for share in shares.values()) > 1 or any(share < 0 for share in shares.values())
        options = []
        for label, text in labels:
            weight = shares[label] if weighted else Fraction(label in right, max(len(right), 1))
            options.append(Option(text, weight, self._about({response: frozenset({label})}, right=weight > 0)))
        if weighted:
            return ChooseMany(tuple(options), "weights", fixed)
        # Canvas counts right ticks less wrong ticks, whatever stands in the file.
        return ChooseMany(tuple(options), "net" if self.kind == "multiple_answers_question" else "all", fixed)

    def _typed(self) -> Body:
        box = self.boxes[0].get("ident")
        texts = dict.fromkeys(
            test.text.strip() for test in self.scoring.names(box) if test.name in ("varequal", "varsubset")
        )
        options = []
        for text in texts:
            given = {box: frozenset({text})}
            options.append(Option(text, self.scoring.share(given), self._about(given)))
        parts = dict.fromkeys(t.text.strip() for t in self.scoring.names(box) if t.name == "varsubstring")
        options += [Option(f"*{part}*", Fraction(1)) for part in parts if part]
        strict = any(test.get("case").casefold() == "yes" for test in self.scoring.names(box))
        return TypeText(tuple(options), case_sensitive=strict, wildcards=bool(parts))

    def _inline_blanks(self) -> Body:
        """Read boxes that stand between texts."""
        parts: list[str | Gap] = []
        presentation = self.item.first("presentation")
        for one in presentation.walk("material", "response_str", "response_num") if presentation else ():
            if one.name == "material":
                parts.append(f"{self._material(one)} ")
                continue
            box = one.get("ident")
            words = dict.fromkeys(test.text.strip() for test in self.scoring.names(box) if test.name == "varequal")
            options = [Option(w, Fraction(self.scoring.share({box: frozenset({w})}) > 0)) for w in words]
            parts += [Gap(tuple(options)), " "]
        return FillIn(tuple(parts))

    def _blanks(self) -> Body:
        blanks = [Qti12Blank(one, typed=self.kind == "fill_in_multiple_blanks_question") for one in self.lists]
        gaps = {blank.name(self.stem, self._material): self._gap(blank) for blank in blanks}
        if any(gap.listed for gap in gaps.values()) and not all(gap.listed for gap in gaps.values()):
            why = "a blank that is typed in the file is chosen from the list of the others here"
            self.notes.append(Note("lists to choose from", why))
            gaps = {name: replace(gap, listed=True) for name, gap in gaps.items()}
        if self._named("case_sensitive").casefold() == "true":
            self.notes.append(Note("capital letters", "they matter in the file; here they never do"))
        typos = forgiven(blanks, self.notes)
        return replace(one_bank(self._filled(gaps)), typos=typos, patterns=any(one.has_pattern for one in blanks))

    def _gap(self, blank: Qti12Blank) -> Gap:
        options = []
        for label in blank.labels:
            given = {blank.ident: frozenset({label.get("ident")})}
            right = not blank.listed or self.scoring.share(given) > 0
            text = blank.accepted(label, self._material(label), self.notes)
            options.append(Option(text, Fraction(right), self._about(given)))
        return Gap(tuple(options), listed=blank.listed)

    def _filled(self, gaps: dict[str, Gap]) -> FillIn:
        names = "|".join(re.escape(name) for name in sorted(gaps, key=len, reverse=True))
        parts: list[str | Gap] = []
        waiting = dict(gaps)
        for number, piece in enumerate(re.split(rf"\[\s*({names})\s*\]", self.stem)):
            gap = waiting.pop(piece, None) if number % 2 else None
            if number % 2 and gap is None:
                self.notes.append(Note("blank", f"'[{piece}]' stands there twice; only the first one is a blank"))
            parts.append(gap or (f"[{piece}]" if number % 2 else piece))
        for name, gap in waiting.items():
            self.notes.append(Note("blank", f"'[{name}]' is not in the text: it stands below it", loss=False))
            parts += [f"\n\n{name}: ", gap]
        return FillIn(tuple(part for part in parts if part))

    def _matching(self) -> Body:
        pairs: dict[str, str] = {}
        meanings: dict[str, None] = {}
        for response in self.lists:
            ident = response.get("ident")
            term = self._material(*response.all("material"))
            labels = [(label, text) for label, text in self._labels(response) if text]
            meanings |= dict.fromkeys(text for _, text in labels)
            right = [text for label, text in labels if self.scoring.share({ident: frozenset({label})}) > 0]
            if not term or not right:
                self.notes.append(Note("pair", "a pair without a term or a meaning was left out"))
            elif pairs.setdefault(term, right[0]) == right[0] and list(pairs).count(term) == 1:
                continue
            else:
                return Unreadable("matching_question", f"'{term}' stands there twice, with different meanings")
        if len(self.lists) > len(pairs) + sum(note.what == "pair" for note in self.notes):
            self.notes.append(Note("pair", "a pair that stands there twice was left out"))
        used = set(pairs.values())
        extra = tuple(Option(text, Fraction(0)) for text in meanings if text not in used)
        if len(extra) > MOST_EXTRA:
            self.notes.append(Note("extra", f"{len(extra) - MOST_EXTRA} meanings that fit nothing were left out"))
        return MatchUp(tuple(pairs.items()), extra[:MOST_EXTRA], why=tuple(self._about_terms(pairs)))

    def _about_terms(self, pairs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield what is said about single terms: by conditions that look at nothing but their answers."""
        for response in self.lists:
            term = self._material(*response.all("material"))
            links = [link for one in self.scoring.conditions if _is_about(one, response) for link in one.shows]
            words = self._shown([link for link in links if link not in self._always])
            if term in pairs and words:
                yield term, words

    def _ordering(self) -> Body:
        response = self.lists[0].get("ident")
        texts = dict(self._labels(self.lists[0]))
        best = full_marks(self.scoring.conditions)
        order = [value.strip() for value in positive(best.test, response)] if best else []
        items = [texts[label] for label in order if label in texts]
        if len(items) < 2:
            return Unreadable(self.kind, "the right order is not in the file")
        return PutInOrder(tuple(items), "all")

    def _sorting(self) -> Body:
        groups: list[tuple[str, tuple[str, ...]]] = []
        for response in self.lists:
            ident = response.get("ident")
            texts = dict(self._labels(response))
            best = [value for one in self.scoring.conditions if one.earns for value in positive(one.test, ident)]
            members = tuple(dict.fromkeys(texts[v.strip()] for v in best if v.strip() in texts))
            groups.append((self._material(*response.all("material")), members))
        return SortInto(tuple(groups))

    # --- feedback and points ----------------------------------------------------------------------

    def _points(self) -> float:
        named = self._named("points_possible", "qmd_weighting", "qmd_maximumscore", "qmd_absolutescore_max")
        try:
            points = float(named)
        except ValueError:
            return 1.0
        return points if 0 < points <= 1000 else 1.0

    @cached_property
    def _feedback(self) -> dict[str, str]:
        texts: dict[str, str] = {}
        for one in self.item.walk("itemfeedback"):
            materials = [
                m for part in one.children if part.name in ("material", "flow_mat") for m in part.walk("material")
            ]
            texts[one.get("ident")] = self._material(*materials)
        return texts

    def _feedback_parts(self, name: str) -> list[str]:
        found = (self._material(*part.walk("material")) for part in self.item.walk(name) if part.name == name)
        return [text for text in found if text]

    def _shown(self, links: Sequence[str]) -> str:
        texts = dict.fromkeys(self._feedback.get(link, "") for link in links)
        return "\n\n".join(text for text in texts if text)

    @cached_property
    def _always(self) -> frozenset[str]:
        """Ids of feedback that every response is shown."""
        return frozenset(
            link
            for one in self.scoring.conditions
            if [test.name for test in one.test.children] == ["other"] and not one.sets
            for link in one.shows
            if link not in self._otherwise
        )

    @cached_property
    def _otherwise(self) -> frozenset[str]:
        """Ids of feedback for whatever no condition before it has scored."""
        scored = False
        found: list[str] = []
        for one in self.scoring.conditions:
            if scored and [test.name for test in one.test.children] == ["other"]:
                found += one.shows
            scored = scored or one.earns
        return frozenset(found)

    def _about(self, given: dict[str, frozenset[str]], *, right: bool = False) -> str:
        """Return what is said to this response alone: first what is said to no other one."""
        links = [link for link in self.scoring.outcome(given).feedback if link not in self._always]
        if right:  # one of several right ticks: that alone is not the whole answer
            links = [link for link in links if link not in self._otherwise]
        links.sort(key=lambda link: link in self._otherwise)
        return self._shown(links)

    def _explain(self, body: Body) -> str:
        parts = [self._shown(sorted(self._always)), *self._feedback_parts("solution")]
        if not isinstance(body, ChooseOne | Truth):
            known = {part for text in said(body) for part in text.split("\n\n")}
            right = [link for one in self.scoring.conditions if one.earns for link in one.shows]
            for link in dict.fromkeys((*right, *self._otherwise)):
                text = self._feedback.get(link, "")
                if text and text not in known and not isinstance(body, Unreadable):
                    parts.append(text)
                    why = "what the file says to every right or every wrong answer stands in the explanation"
                    self.notes.append(Note("moved", why, loss=False))
        return "\n\n".join(dict.fromkeys(part for part in parts if part))


def _is_about(condition: Condition, response: Element) -> bool:
    asked = {one.get("respident") for one in condition.test.walk() if one.get("respident")}
    return asked == {response.get("ident")}


def _is_fixed(response: Element) -> bool:
    """Return whether the file says that the options are not shuffled; most say nothing."""
    said = [one.get("shuffle").casefold() for one in response.walk("render_choice")]
    return any(one in ("no", "false") for one in said) or any(
        one.get("rshuffle").casefold() == "no" for one in response.walk("response_label")
    )


def _pieces(material: Element) -> Iterator[Element]:
    """Yield what in a material is shown, in its order."""
    for one in material.children:
        if one.name in _TEXTS or one.name in _LEFT_OUT:
            yield one
        else:
            yield from _pieces(one)


def _is_html(text: str) -> bool:
    """Return whether a text that should be plain is HTML all the same: a lone ``<b>`` is none."""
    return has_tags(text) and re.search(r"</[a-zA-Z]|<(?:br|hr|img)\b", text) is not None


def one_bank(body: FillIn) -> FillIn:
    """Say that blanks with the same list share it: it is a bank of words."""
    lists = [{one.text for one in gap.options} for gap in body.gaps]
    if not lists or not all(gap.listed for gap in body.gaps) or any(one != lists[0] for one in lists):
        return body
    right = {one.text for gap in body.gaps for one in gap.options if one.weight > 0}
    reasons = {one.text: one for gap in body.gaps for one in gap.options if one.text not in right}
    parts = tuple(
        replace(part, options=tuple(one for one in part.options if one.weight > 0)) if isinstance(part, Gap) else part
        for part in body.parts
    )
    return FillIn(parts, tuple(reasons.values()), body.typos, body.partial)


def _metadata(item: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for block in item.all("itemmetadata"):
        for one in block.walk("qtimetadatafield"):
            found.setdefault(one.text_at("fieldlabel").casefold(), []).append(one.text_at("fieldentry"))
        for one in block.children:
            if one.name.startswith(("qmd_", "bbmd_")) and one.text.strip():
                found.setdefault(one.name.casefold(), []).append(one.text.strip())
    return found
