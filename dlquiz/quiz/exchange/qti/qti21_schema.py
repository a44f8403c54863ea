"""What may stand in the QTI 2.1 files that we write: our own short schema, as data.

After the content models of the QTI 2.1 specification (XML Binding, IMS 2012), for the part of it that we use.
"""

from collections.abc import Iterator

from dlquiz.quiz.exchange.qti.check import Rule, doubled
from dlquiz.quiz.exchange.xmlsafe import Element

_INLINE = "a | b | br | code | em | i | img | q | s | span | strong | sub | sup | tt"
_BLOCK = "blockquote | div | dl | h1 | h2 | h3 | h4 | h5 | h6 | hr | ol | p | pre | table | ul"
_TYPED = "textEntryInteraction | inlineChoiceInteraction | gap"
_FLOW = f"(#text | {_INLINE} | {_BLOCK} | {_TYPED} | feedbackInline)*"
_LINE = f"(#text | {_INLINE} | {_TYPED})*"
_INTERACTION = "choiceInteraction | matchInteraction | orderInteraction | gapMatchInteraction"
_VALUES = (
    "variable | correct | baseValue | match | and | or | not | isNull | mapResponse | sum | product | divide | equal | "
    "gte | lte | index | stringMatch"
)
_NUMBERS = "fixed templateIdentifier showHide matchGroup"

QTI21 = {
    "assessmentItem": Rule(
        "responseDeclaration* outcomeDeclaration* itemBody? responseProcessing? modalFeedback*",
        "identifier! title! adaptive! timeDependent! label toolName toolVersion",
    ),
    "responseDeclaration": Rule("correctResponse? mapping?", "identifier! cardinality! baseType"),
    "outcomeDeclaration": Rule(
        "defaultValue?", "identifier! cardinality! baseType normalMaximum normalMinimum view interpretation"
    ),
    "correctResponse": Rule("value+"),
    "defaultValue": Rule("value+"),
    "value": Rule("#text"),
    "mapping": Rule("mapEntry+", "lowerBound upperBound defaultValue"),
    "mapEntry": Rule("", "mapKey! mappedValue! caseSensitive"),
    "itemBody": Rule(f"({_BLOCK} | {_INTERACTION})*"),
    "choiceInteraction": Rule("prompt? simpleChoice+", "responseIdentifier! shuffle! maxChoices! minChoices"),
    "orderInteraction": Rule("prompt? simpleChoice+", "responseIdentifier! shuffle!"),
    "simpleChoice": Rule(_FLOW, f"identifier! {_NUMBERS}"),
    "matchInteraction": Rule("prompt? simpleMatchSet simpleMatchSet", "responseIdentifier! shuffle! maxAssociations!"),
    "simpleMatchSet": Rule("simpleAssociableChoice*"),
    "simpleAssociableChoice": Rule(_FLOW, f"identifier! matchMax! {_NUMBERS}"),
    "gapMatchInteraction": Rule(f"prompt? gapText+ ({_BLOCK})+", "responseIdentifier! shuffle!"),
    "gapText": Rule("#text", f"identifier! matchMax! {_NUMBERS}"),
    "gap": Rule("", "identifier!"),
    "textEntryInteraction": Rule("", "responseIdentifier! expectedLength"),
    "inlineChoiceInteraction": Rule("inlineChoice+", "responseIdentifier! shuffle!"),
    "inlineChoice": Rule("#text", "identifier! fixed"),
    "prompt": Rule(_LINE),
    "feedbackInline": Rule(f"(#text | {_INLINE})*", "outcomeIdentifier! identifier! showHide!"),
    "modalFeedback": Rule(_FLOW, "outcomeIdentifier! identifier! showHide! title"),
    **{name: Rule(_FLOW, "class id label") for name in ("div", "blockquote", "li", "td", "th")},
    **{name: Rule(_LINE, "class id label") for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre")},
    **{name: Rule(_LINE, "class id label") for name in _INLINE.split(" | ") if name not in ("a", "br", "img")},
    "a": Rule(_LINE, "href! title class"),
    "br": Rule(),
    "hr": Rule(),
    "img": Rule("", "src! alt!"),
    "ul": Rule("li*", "class"),
    "ol": Rule("li*", "class start"),
    "dl": Rule("(dt | dd)*"),
    "dt": Rule(_LINE),
    "dd": Rule(_FLOW),
    "table": Rule("thead? tbody+"),
    "thead": Rule("tr+"),
    "tbody": Rule("tr+"),
    "tr": Rule("(td | th)+"),
    "responseProcessing": Rule("(responseCondition | setOutcomeValue)*", "template templateLocation"),
    "responseCondition": Rule("responseIf responseElseIf* responseElse?"),
    "responseIf": Rule(f"({_VALUES}) (responseCondition | setOutcomeValue)*"),
    "responseElseIf": Rule(f"({_VALUES}) (responseCondition | setOutcomeValue)*"),
    "responseElse": Rule("(responseCondition | setOutcomeValue)*"),
    "setOutcomeValue": Rule(f"({_VALUES})", "identifier!"),
    "variable": Rule("", "identifier!"),
    "correct": Rule("", "identifier!"),
    "baseValue": Rule("#text", "baseType!"),
    "isNull": Rule(f"({_VALUES})"),
    "not": Rule(f"({_VALUES})"),
    "match": Rule(f"({_VALUES}) ({_VALUES})"),
    "stringMatch": Rule(f"({_VALUES}) ({_VALUES})", "caseSensitive! substring"),
    "and": Rule(f"({_VALUES})+"),
    "or": Rule(f"({_VALUES})+"),
    "sum": Rule(f"({_VALUES})+"),
    "product": Rule(f"({_VALUES})+"),
    "divide": Rule(f"({_VALUES}) ({_VALUES})"),
    "mapResponse": Rule("", "identifier!"),
    "equal": Rule(f"({_VALUES}) ({_VALUES})", "toleranceMode! tolerance includeLowerBound includeUpperBound"),
    "gte": Rule(f"({_VALUES}) ({_VALUES})"),
    "lte": Rule(f"({_VALUES}) ({_VALUES})"),
    "index": Rule(f"({_VALUES})", "n!"),
}

TEST21 = {
    "assessmentTest": Rule("testPart+", "identifier! title!"),
    "testPart": Rule("assessmentSection+", "identifier! navigationMode! submissionMode!"),
    "assessmentSection": Rule(
        "selection? ordering? (assessmentSection | assessmentItemRef)+", "identifier! title! visible! keepTogether"
    ),
    "selection": Rule("", "select! withReplacement"),
    "ordering": Rule("", "shuffle"),
    "assessmentItemRef": Rule("weight*", "identifier! href! required fixed"),
    "weight": Rule("", "identifier! value!"),
}


def lost_references(root: Element) -> Iterator[str]:
    """Yield what in an item points to nothing, or has the name of something else."""
    responses = {one.get("identifier") for one in root.walk("responseDeclaration")}
    outcomes = {one.get("identifier") for one in root.walk("outcomeDeclaration")}
    yield from (f"'{name}' is declared twice" for name in responses & outcomes)
    choices = [one.get("identifier") for one in root.walk("simpleChoice", "simpleAssociableChoice", "gapText", "gap")]
    yield from (f"the choice '{name}' stands there twice" for name in doubled(choices))
    interactions = [one for one in root.walk() if one.name.endswith("Interaction")]
    for one in interactions:
        if one.get("responseIdentifier") not in responses:
            yield f"the response '{one.get('responseIdentifier')}' is not declared"
    for one in root.walk("variable", "correct", "mapResponse"):
        if one.get("identifier") not in responses | outcomes:
            yield f"'{one.get('identifier')}' is not declared"
    for one in root.walk("setOutcomeValue"):
        if one.get("identifier") not in outcomes:
            yield f"the outcome '{one.get('identifier')}' is not declared"
    for one in root.walk("modalFeedback", "feedbackInline"):
        if one.get("outcomeIdentifier") not in outcomes:
            yield f"the outcome '{one.get('outcomeIdentifier')}' is not declared"
    for declaration in root.walk("responseDeclaration"):
        if declaration.get("baseType") == "identifier" or "Pair" in declaration.get("baseType"):
            words = [w for value in declaration.walk("value") for w in value.text.split()]
            words += [w for entry in declaration.walk("mapEntry") for w in entry.get("mapKey").split()]
            yield from (f"there is no choice '{word}'" for word in words if word not in choices)
