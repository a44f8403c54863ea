"""What may stand in the QTI 2.1 files that we write: our own short schema, as data.

After the content models of the QTI 2.1 specification (XML Binding, IMS 2012), for the part of it that we use.
"""

from collections.abc import Iterator

from dlquiz.exchange.formats.qti.check import ElementRule, doubled
from dlquiz.exchange.xmlsafe import Element

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
    "assessmentItem": ElementRule(
        "responseDeclaration* outcomeDeclaration* itemBody? responseProcessing? modalFeedback*",
        "identifier! title! adaptive! timeDependent! label toolName toolVersion",
    ),
    "responseDeclaration": ElementRule("correctResponse? mapping?", "identifier! cardinality! baseType"),
    "outcomeDeclaration": ElementRule(
        "defaultValue?", "identifier! cardinality! baseType normalMaximum normalMinimum view interpretation"
    ),
    "correctResponse": ElementRule("value+"),
    "defaultValue": ElementRule("value+"),
    "value": ElementRule("#text"),
    "mapping": ElementRule("mapEntry+", "lowerBound upperBound defaultValue"),
    "mapEntry": ElementRule("", "mapKey! mappedValue! caseSensitive"),
    "itemBody": ElementRule(f"({_BLOCK} | {_INTERACTION})*"),
    "choiceInteraction": ElementRule("prompt? simpleChoice+", "responseIdentifier! shuffle! maxChoices! minChoices"),
    "orderInteraction": ElementRule("prompt? simpleChoice+", "responseIdentifier! shuffle!"),
    "simpleChoice": ElementRule(_FLOW, f"identifier! {_NUMBERS}"),
    "matchInteraction": ElementRule(
        "prompt? simpleMatchSet simpleMatchSet", "responseIdentifier! shuffle! maxAssociations!"
    ),
    "simpleMatchSet": ElementRule("simpleAssociableChoice*"),
    "simpleAssociableChoice": ElementRule(_FLOW, f"identifier! matchMax! {_NUMBERS}"),
    "gapMatchInteraction": ElementRule(f"prompt? gapText+ ({_BLOCK})+", "responseIdentifier! shuffle!"),
    "gapText": ElementRule("#text", f"identifier! matchMax! {_NUMBERS}"),
    "gap": ElementRule("", "identifier!"),
    "textEntryInteraction": ElementRule("", "responseIdentifier! expectedLength"),
    "inlineChoiceInteraction": ElementRule("inlineChoice+", "responseIdentifier! shuffle!"),
    "inlineChoice": ElementRule("#text", "identifier! fixed"),
    "prompt": ElementRule(_LINE),
    "feedbackInline": ElementRule(f"(#text | {_INLINE})*", "outcomeIdentifier! identifier! showHide!"),
    "modalFeedback": ElementRule(_FLOW, "outcomeIdentifier! identifier! showHide! title"),
    **{name: ElementRule(_FLOW, "class id label") for name in ("div", "blockquote", "li", "td", "th")},
    **{name: ElementRule(_LINE, "class id label") for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre")},
    **{name: ElementRule(_LINE, "class id label") for name in _INLINE.split(" | ") if name not in ("a", "br", "img")},
    "a": ElementRule(_LINE, "href! title class"),
    "br": ElementRule(),
    "hr": ElementRule(),
    "img": ElementRule("", "src! alt!"),
    "ul": ElementRule("li*", "class"),
    "ol": ElementRule("li*", "class start"),
    "dl": ElementRule("(dt | dd)*"),
    "dt": ElementRule(_LINE),
    "dd": ElementRule(_FLOW),
    "table": ElementRule("thead? tbody+"),
    "thead": ElementRule("tr+"),
    "tbody": ElementRule("tr+"),
    "tr": ElementRule("(td | th)+"),
    "responseProcessing": ElementRule("(responseCondition | setOutcomeValue)*", "template templateLocation"),
    "responseCondition": ElementRule("responseIf responseElseIf* responseElse?"),
    "responseIf": ElementRule(f"({_VALUES}) (responseCondition | setOutcomeValue)*"),
    "responseElseIf": ElementRule(f"({_VALUES}) (responseCondition | setOutcomeValue)*"),
    "responseElse": ElementRule("(responseCondition | setOutcomeValue)*"),
    "setOutcomeValue": ElementRule(f"({_VALUES})", "identifier!"),
    "variable": ElementRule("", "identifier!"),
    "correct": ElementRule("", "identifier!"),
    "baseValue": ElementRule("#text", "baseType!"),
    "isNull": ElementRule(f"({_VALUES})"),
    "not": ElementRule(f"({_VALUES})"),
    "match": ElementRule(f"({_VALUES}) ({_VALUES})"),
    "stringMatch": ElementRule(f"({_VALUES}) ({_VALUES})", "caseSensitive! substring"),
    "and": ElementRule(f"({_VALUES})+"),
    "or": ElementRule(f"({_VALUES})+"),
    "sum": ElementRule(f"({_VALUES})+"),
    "product": ElementRule(f"({_VALUES})+"),
    "divide": ElementRule(f"({_VALUES}) ({_VALUES})"),
    "mapResponse": ElementRule("", "identifier!"),
    "equal": ElementRule(f"({_VALUES}) ({_VALUES})", "toleranceMode! tolerance includeLowerBound includeUpperBound"),
    "gte": ElementRule(f"({_VALUES}) ({_VALUES})"),
    "lte": ElementRule(f"({_VALUES}) ({_VALUES})"),
    "index": ElementRule(f"({_VALUES})", "n!"),
}

TEST21 = {
    "assessmentTest": ElementRule("testPart+", "identifier! title!"),
    "testPart": ElementRule("assessmentSection+", "identifier! navigationMode! submissionMode!"),
    "assessmentSection": ElementRule(
        "selection? ordering? (assessmentSection | assessmentItemRef)+", "identifier! title! visible! keepTogether"
    ),
    "selection": ElementRule("", "select! withReplacement"),
    "ordering": ElementRule("", "shuffle"),
    "assessmentItemRef": ElementRule("weight*", "identifier! href! required fixed"),
    "weight": ElementRule("", "identifier! value!"),
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
