"""Invented names for the disorder, its signs, treatments and scales: for a student who would rather
not work on the real ones. Notebooks 03 and 04 are covered; 05 plays the world of 01 in a boat."""

from looplab.course import OtherNames

NOTE = """**Before you start.** The disorder on this page is invented: there is none of that name.
Its signs, treatments and scales have invented names, too, for readers who would rather not work on
the real ones. **The rest is the same:** figures, questions, answers and what you hand in. The
numbers are those of real studies of something else, and the sources at the end tell which; nobody
needs to look. Code keeps its names.

This is education, not medical advice. You may leave, or skip a part, without giving a reason. To
talk to somebody: a family doctor or a local mental health service. In an emergency, call your local
emergency number."""

NAMES = {
    "obsessive-compulsive disorder": "orvel disorder",
    "obsessive compulsive disorder": "orvel disorder",
    "OCD": "ORV",
    "an obsession": "a velk",
    "obsession": "velk",
    "obsessive": "velkish",
    "obsessional": "velkish",
    "compulsion": "tulp",
    "compulsive": "tulpish",
    "ritual": "tulp",
    "unwanted thoughts that return": "one made-up sign",
    "acts that are meant to ease them": "another",
    "such as washing or checking": "of which no more is said here",
    "Yale–Brown Obsessive Compulsive Scale": "Orvel Scale",
    "Yale–Brown scale": "Orvel scale",
    "CY-BOCS": "ORV-40c",
    "Y-BOCS": "ORV-40",
    # first letters stay where a chart uses them
    "exposure with response prevention": "ember and lantern therapy",
    "exposure and response prevention": "ember and lantern therapy",
    "response prevention": "lantern therapy",
    "exposure": "ember",
    "ERP": "ELT",
    "EX/RP": "E/LT",
    "deep transcranial magnetic stimulation": "deep meridian stimulation",
    "magnetic stimulation": "meridian stimulation",
    "deep brain stimulation": "deep lattice stimulation",
    "TMS": "MST",
    "DBS": "DLS",
    "serotonin": "solvenin",
    "SSRI": "SLVI",
    "ketamine": "kelvarine",
    "esketamine": "eskelvarine",
    "hydroxynorketamine": "hydroxykelvarine",
    "psilocybin": "pelonacin",
    "clomipramine": "calvipramide",
    "escitalopram": "estavorin",
    "fluoxetine": "florenate",
    "fluvoxamine": "fluvorane",
    "sertraline": "sarvinole",
    "paroxetine": "parvotene",
    "risperidone": "ristovane",
    "memantine": "mirovane",
    "D-cycloserine": "D-calisene",
    "topiramate": "tolparane",
    "troriluzole": "trovilune",
    "riluzole": "rovilune",
    "lamotrigine": "larmodine",
    "N-acetylcysteine": "N-ardelin",
    "glycine": "golvine",
    "rapastinel": "rapolvene",
    "ondansetron": "ondervole",
    "midazolam": "midorvane",
    "fentanyl": "felnadine",
    "niacin": "nolvin",
}

OTHER_NAMES = OtherNames(NOTE, NAMES)
