"""What may stand in a QTI 1.2 file, a Canvas package's manifest and its settings: our own short schema, as data.

After the content models of the QTI 1.2.1 specification (ASI XML Binding, IMS 2002), with what Canvas adds.
"""

from collections.abc import Iterator

from dlquiz.quiz.exchange.qti.check import ANY, Rule, doubled
from dlquiz.quiz.exchange.xmlsafe import Element

_VARIABLES = "varequal | varlt | varlte | vargt | vargte | varsubset | varsubstring | unanswered | other"
_RESPONSES = "response_lid | response_str | response_num | response_grp | response_xy | response_extension"
_LOGIC = f"not | and | or | {_VARIABLES}"
_COMPARED = Rule("#text", "respident! case index")
_MATERIAL = "material | material_ref"

QTI12 = {
    "questestinterop": Rule("qticomment? (objectbank | assessment | (section | item)+)"),
    "objectbank": Rule("qticomment? qtimetadata* (section | item)+", "ident!"),
    "assessment": Rule(
        "qticomment? duration? qtimetadata* objectives* assessmentcontrol* rubric* presentation_material? "
        "outcomes_processing* assessfeedback* selection_ordering? (sectionref | section)+",
        "ident! title",
    ),
    "section": Rule(
        "qticomment? duration? qtimetadata* objectives* sectioncontrol* rubric* presentation_material? "
        "outcomes_processing* sectionfeedback* selection_ordering? (itemref | item | sectionref | section)*",
        "ident! title",
    ),
    "sectionref": Rule("", "linkrefid!"),
    "itemref": Rule("", "linkrefid!"),
    "qticomment": Rule("#text"),
    "duration": Rule("#text"),
    "objectives": Rule(ANY, "view"),
    "rubric": Rule(ANY, "view"),
    "assessmentcontrol": Rule(ANY, ANY),
    "sectioncontrol": Rule(ANY, ANY),
    "presentation_material": Rule(ANY),
    "outcomes_processing": Rule(ANY),
    "assessfeedback": Rule(ANY),
    "sectionfeedback": Rule(ANY),
    "selection_ordering": Rule("qticomment? sequence_parameter* selection* order?", "sequence_type"),
    "sequence_parameter": Rule("#text", "pname!"),
    "selection": Rule("sourcebank_ref? selection_number? selection_metadata? selection_extension?"),
    "sourcebank_ref": Rule("#text"),
    "selection_number": Rule("#text"),
    "selection_metadata": Rule("#text", "mdname! mdoperator!"),
    "selection_extension": Rule(ANY),
    "order": Rule("order_extension?", "order_type!"),
    "order_extension": Rule(ANY),
    "qtimetadata": Rule("vocabulary? qtimetadatafield+"),
    "vocabulary": Rule("#text", "uri entityref vocab_type"),
    "qtimetadatafield": Rule("fieldlabel fieldentry"),
    "fieldlabel": Rule("#text"),
    "fieldentry": Rule("#text"),
    "item": Rule(
        "qticomment? duration? itemmetadata? objectives* itemcontrol* itemprecondition* itempostcondition* "
        "(itemrubric | rubric)* presentation? resprocessing* itemproc_extension? itemfeedback* reference?",
        "ident! title label maxattempts",
    ),
    "itemcontrol": Rule(ANY, ANY),
    "itemprecondition": Rule(ANY),
    "itempostcondition": Rule(ANY),
    "itemrubric": Rule(ANY, "view"),
    "itemproc_extension": Rule(ANY),
    "reference": Rule(ANY),
    "itemmetadata": Rule("qtimetadata*"),
    "presentation": Rule(f"qticomment? (flow | (material | {_RESPONSES})+)", "label x0 y0 width height"),
    "flow": Rule(f"(flow | {_MATERIAL} | {_RESPONSES})+", "class"),
    "material": Rule("qticomment? (mattext | matemtext | matimage | matbreak)+ altmaterial*", "label"),
    "material_ref": Rule("", "linkrefid!"),
    "altmaterial": Rule(ANY),
    "mattext": Rule("#text", "texttype label charset uri entityref width height x0 y0"),
    "matemtext": Rule("#text", "texttype"),
    "matimage": Rule("#text", "imagtype label height uri embedded width y0 x0 entityref"),
    "matbreak": Rule(),
    "response_lid": Rule(f"({_MATERIAL})? (render_choice | render_fib) ({_MATERIAL})?", "ident! rcardinality rtiming"),
    "response_str": Rule(f"({_MATERIAL})? (render_choice | render_fib) ({_MATERIAL})?", "ident! rcardinality rtiming"),
    "response_num": Rule(f"({_MATERIAL})? render_fib ({_MATERIAL})?", "ident! rcardinality rtiming numtype"),
    "response_grp": Rule(ANY, "ident! rcardinality rtiming"),
    "response_xy": Rule(ANY, "ident! rcardinality rtiming"),
    "response_extension": Rule(ANY),
    "render_choice": Rule(f"({_MATERIAL} | response_label | flow_label)* response_na?", "shuffle minnumber maxnumber"),
    "render_fib": Rule(
        f"({_MATERIAL} | response_label | flow_label)* response_na?",
        "encoding charset fibtype rows columns maxchars minnumber maxnumber prompt",
    ),
    "flow_label": Rule("(flow_label | response_label)+", "class"),
    "response_na": Rule(ANY),
    "response_label": Rule(
        f"(#text | qticomment | {_MATERIAL} | flow_mat)*",
        "ident! labelrefid rshuffle match_group match_max rrange rarea",
    ),
    "flow_mat": Rule(f"(flow_mat | {_MATERIAL})+", "class"),
    "resprocessing": Rule("qticomment? outcomes (respcondition | itemproc_extension)+", "scoremodel"),
    "outcomes": Rule("qticomment? decvar+"),
    "decvar": Rule("#text", "varname vartype defaultval minvalue maxvalue members cutvalue"),
    "respcondition": Rule("qticomment? conditionvar setvar* displayfeedback* respcond_extension?", "continue title"),
    "respcond_extension": Rule(ANY),
    "conditionvar": Rule(f"({_LOGIC})+"),
    "and": Rule(f"({_LOGIC})+"),
    "or": Rule(f"({_LOGIC})+"),
    "not": Rule(f"({_LOGIC})"),
    "other": Rule("#text"),
    "unanswered": Rule("#text", "respident!"),
    **dict.fromkeys(
        ("varequal", "varlt", "varlte", "vargt", "vargte", "varsubset", "varsubstring"),
        Rule("#text", "respident! case index setmatch"),
    ),
    "setvar": Rule("#text", "varname action"),
    "displayfeedback": Rule("#text", "feedbacktype linkrefid!"),
    "itemfeedback": Rule("(flow_mat | material | solution | hint)+", "view ident! title"),
    "solution": Rule(ANY, "feedbackstyle"),
    "hint": Rule(ANY, "feedbackstyle"),
}

MANIFEST = {
    "manifest": Rule("metadata? organizations resources", "identifier!"),
    "metadata": Rule("schema schemaversion lom?"),
    "schema": Rule("#text"),
    "schemaversion": Rule("#text"),
    "lom": Rule(ANY),
    "organizations": Rule("organization*"),
    "organization": Rule(ANY, "identifier! structure"),
    "resources": Rule("resource+"),
    "resource": Rule("file+ dependency*", "identifier! type! href"),
    "file": Rule("", "href!"),
    "dependency": Rule("", "identifierref!"),
}

META = {
    "quiz": Rule("title description shuffle_answers scoring_policy quiz_type points_possible", "identifier!"),
    **dict.fromkeys(
        ("title", "description", "shuffle_answers", "scoring_policy", "quiz_type", "points_possible"), Rule("#text")
    ),
}


def lost_references(root: Element) -> Iterator[str]:
    """Yield what in a QTI 1.2 file points to nothing, or has the name of something else."""
    for name in doubled([one.get("ident") for one in root.walk("item", "section", "assessment")]):
        yield f"the ident '{name}' stands there twice"
    for item in root.walk("item"):
        yield from (f"item '{item.get('ident')}': {found}" for found in _in_item(item))


def _in_item(item: Element) -> Iterator[str]:
    feedback = [one.get("ident") for one in item.walk("itemfeedback")]
    yield from (f"the feedback '{name}' stands there twice" for name in doubled(feedback))
    for link in item.walk("displayfeedback"):
        if link.get("linkrefid") not in feedback:
            yield f"there is no feedback '{link.get('linkrefid')}'"
    labels = {
        one.get("ident"): {label.get("ident") for label in one.walk("response_label")}
        for one in item.walk("response_lid", "response_str", "response_num", "response_grp")
    }
    chosen = {one.get("ident") for one in item.walk("response_lid")}
    for test in item.walk("varequal", "vargte", "varlte", "vargt", "varlt"):
        response = test.get("respident")
        if response not in labels:
            yield f"there is no response '{response}'"
        elif response in chosen and test.name == "varequal" and test.text.strip() not in labels[response]:
            yield f"'{response}' has no label '{test.text.strip()}'"
