"""Where the reasons of the rules can be read."""

HALADYNA = (
    "Haladyna, Downing & Rodriguez, A Review of Multiple-Choice Item-Writing Guidelines, "
    "Applied Measurement in Education 15 (2002) 309"
)
NBME = (
    "List of test-wise cues of the NBME item-writing guide, as in table 1 of BMC Medical Education (2016), "
    "doi:10.1186/s12909-016-0559-7"
)
FEEDBACK = "Butler & Roediger, Memory & Cognition 36 (2008) 604: feedback undoes what wrong options teach"
LURES = "Butler, Marsh, Goode & Roediger, Applied Cognitive Psychology 20 (2006) 941: more wrong options hurt recall"
DISTRACTORS = "Tarrant, Ware & Mohammed, BMC Medical Education 9 (2009) 40: of 514 questions' wrong options half work"
INTERLEAVING = "Brunmair & Richter, Psychological Bulletin (2019), doi:10.1037/bul0000209: interleaving similar things"
WCAG = "W3C, Web Content Accessibility Guidelines 2.2, 1.1.1 Non-text Content"
REDOS = "OWASP, Regular expression Denial of Service"
FORMAT = "The quiz file of dlquiz: docs/reference/quiz-format.md"
