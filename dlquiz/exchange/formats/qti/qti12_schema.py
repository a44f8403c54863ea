"""What may stand in a QTI 1.2 file, a Canvas package's manifest and its settings: our own short schema, as data.

After the content models of the QTI 1.2.1 specification (ASI XML Binding, IMS 2002), with what Canvas adds.
"""

from collections.abc import Iterator

from dlquiz.exchange.formats.qti.check import ANY, ElementRule, doubled
from dlquiz.exchange.xmlsafe import Element

_VARIABLES = "varequal | varlt | varlte | vargt | vargte | varsubset | varsubstring | unanswered | other"
_RESPONSES = "response_lid | response_str | response_num | response_grp | response_xy | response_extension"
_LOGIC = f"not | and | or | {_VARIABLES}"
_COMPARED = ElementRule("#text", "respident! case index")
_MATERIAL = "material | material_ref"

QTI12 = {
    "questestinterop": ElementRule("qticomment? (objectbank | assessment | (section | item)+)"),
    "objectbank": ElementRule("qticomment? qtimetadata* (section | item)+", "ident!"),
    "assessment": ElementRule(
        "qticomment? duration? qtimetadata* objectives* assessmentcontrol* rubric* presentation_material? "
        "outcomes_processing* assessfeedback* selection_ordering? (sectionref | section)+",
        "ident! title",
    ),
    "section": ElementRule(
        "qticomment? duration? qtimetadata* objectives* sectioncontrol* rubric* presentation_material? "
        "outcomes_processing* sectionfeedback* selection_ordering? (itemref | item | sectionref | section)*",
        "ident! title",
    ),
    "sectionref": ElementRule("", "linkrefid!"),
    "itemref": ElementRule("", "linkrefid!"),
    "qticomment": ElementRule("#text"),
    "duration": ElementRule("#text"),
    "objectives": ElementRule(ANY, "view"),
    "rubric": ElementRule(ANY, "view"),
    "assessmentcontrol": ElementRule(ANY, ANY),
    "sectioncontrol": ElementRule(ANY, ANY),
    "presentation_material": ElementRule(ANY),
    "outcomes_processing": ElementRule(ANY),
    "assessfeedback": ElementRule(ANY),
    "sectionfeedback": ElementRule(ANY),
    "selection_ordering": ElementRule("qticomment? sequence_parameter* selection* order?", "sequence_type"),
    "sequence_parameter": ElementRule("#text", "pname!"),
    "selection": ElementRule("sourcebank_ref? selection_number? selection_metadata? selection_extension?"),
    "sourcebank_ref": ElementRule("#text"),
    "selection_number": ElementRule("#text"),
    "selection_metadata": ElementRule("#text", "mdname! mdoperator!"),
    "selection_extension": ElementRule(ANY),
    "order": ElementRule("order_extension?", "order_type!"),
    "order_extension": ElementRule(ANY),
    "qtimetadata": ElementRule("vocabulary? qtimetadatafield+"),
    "vocabulary": ElementRule("#text", "uri entityref vocab_type"),
    "qtimetadatafield": ElementRule("fieldlabel fieldentry"),
    "fieldlabel": ElementRule("#text"),
    "fieldentry": ElementRule("#text"),
    "item": ElementRule(
        "qticomment? duration? itemmetadata? objectives* itemcontrol* itemprecondition* itempostcondition* "
        "(itemrubric | rubric)* presentation? resprocessing* itemproc_extension? itemfeedback* reference?",
        "ident! title label maxattempts",
    ),
    "itemcontrol": ElementRule(ANY, ANY),
    "itemprecondition": ElementRule(ANY),
    "itempostcondition": ElementRule(ANY),
    "itemrubric": ElementRule(ANY, "view"),
    "itemproc_extension": ElementRule(ANY),
    "reference": ElementRule(ANY),
    "itemmetadata": ElementRule("qtimetadata*"),
    "presentation": ElementRule(f"qticomment? (flow | (material | {_RESPONSES})+)", "label x0 y0 width height"),
    "flow": ElementRule(f"(flow | {_MATERIAL} | {_RESPONSES})+", "class"),
    "material": ElementRule("qticomment? (mattext | matemtext | matimage | matbreak)+ altmaterial*", "label"),
    "material_ref": ElementRule("", "linkrefid!"),
    "altmaterial": ElementRule(ANY),
    "mattext": ElementRule("#text", "texttype label charset uri entityref width height x0 y0"),
    "matemtext": ElementRule("#text", "texttype"),
    "matimage": ElementRule("#text", "imagtype label height uri embedded width y0 x0 entityref"),
    "matbreak": ElementRule(),
    "response_lid": ElementRule(
        f"({_MATERIAL})? (render_choice | render_fib) ({_MATERIAL})?", "ident! rcardinality rtiming"
    ),
    "response_str": ElementRule(
        f"({_MATERIAL})? (render_choice | render_fib) ({_MATERIAL})?", "ident! rcardinality rtiming"
    ),
    "response_num": ElementRule(f"({_MATERIAL})? render_fib ({_MATERIAL})?", "ident! rcardinality rtiming numtype"),
    "response_grp": ElementRule(ANY, "ident! rcardinality rtiming"),
    "response_xy": ElementRule(ANY, "ident! rcardinality rtiming"),
    "response_extension": ElementRule(ANY),
    "render_choice": ElementRule(
        f"({_MATERIAL} | response_label | flow_label)* response_na?", "shuffle minnumber maxnumber"
    ),
    "render_fib": ElementRule(
        f"({_MATERIAL} | response_label | flow_label)* response_na?",
        "encoding charset fibtype rows columns maxchars minnumber maxnumber prompt",
    ),
    "flow_label": ElementRule("(flow_label | response_label)+", "class"),
    "response_na": ElementRule(ANY),
    "response_label": ElementRule(
        f"(#text | qticomment | {_MATERIAL} | flow_mat)*",
        "ident! labelrefid rshuffle match_group match_max rrange rarea",
    ),
    "flow_mat": ElementRule(f"(flow_mat | {_MATERIAL})+", "class"),
    "resprocessing": ElementRule("qticomment? outcomes (respcondition | itemproc_extension)+", "scoremodel"),
    "outcomes": ElementRule("qticomment? decvar+"),
    "decvar": ElementRule("#text", "varname vartype defaultval minvalue maxvalue members cutvalue"),
    "respcondition": ElementRule(
        "qticomment? conditionvar setvar* displayfeedback* respcond_extension?", "continue title"
    ),
    "respcond_extension": ElementRule(ANY),
    "conditionvar": ElementRule(f"({_LOGIC})+"),
    "and": ElementRule(f"({_LOGIC})+"),
    "or": ElementRule(f"({_LOGIC})+"),
    "not": ElementRule(f"({_LOGIC})"),
    "other": ElementRule("#text"),
    "unanswered": ElementRule("#text", "respident!"),
    **dict.fromkeys(
        ("varequal", "varlt", "varlte", "vargt", "vargte", "varsubset", "varsubstring"),
        ElementRule("#text", "respident! case index setmatch"),
    ),
    "setvar": ElementRule("#text", "varname action"),
    "displayfeedback": ElementRule("#text", "feedbacktype linkrefid!"),
    "itemfeedback": ElementRule("(flow_mat | material | solution | hint)+", "view ident! title"),
    "solution": ElementRule(ANY, "feedbackstyle"),
    "hint": ElementRule(ANY, "feedbackstyle"),
}

MANIFEST = {
    "manifest": ElementRule("metadata? organizations resources", "identifier!"),
    "metadata": ElementRule("schema schemaversion lom?"),
    "schema": ElementRule("#text"),
    "schemaversion": ElementRule("#text"),
    "lom": ElementRule(ANY),
    "organizations": ElementRule("organization*"),
    "organization": ElementRule(ANY, "identifier! structure"),
    "resources": ElementRule("resource+"),
    "resource": ElementRule("file+ dependency*", "identifier! type! href"),
    "file": ElementRule("", "href!"),
    "dependency": ElementRule("", "identifierref!"),
}

META = {
    "quiz": ElementRule("title description shuffle_answers scoring_policy quiz_type points_possible", "identifier!"),
    **dict.fromkeys(
        ("title", "description", "shuffle_answers", "scoring_policy", "quiz_type", "points_possible"),
        ElementRule("#text"),
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
