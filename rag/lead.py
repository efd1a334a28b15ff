"""Words that only lead to what a sentence says, such as "According to the document,". Pure."""

import re

_SOURCE = (
    r"(?:the|this|these|its|your|our) (?:[a-z-]{1,20} ){0,2}(?:documents?|sources?|texts?|passages?|pages?|quotes?|"
    r"polic(?:y|ies)|manual|handbook|report|guide|article|contract|agreement|excerpts?)"
)
_LEAD = re.compile(
    rf"\s*(?:(?:according to|as stated in|based on|as per|in) {_SOURCE},"
    rf"|{_SOURCE} (?:also )?(?:states?|says?|notes?|explains?|mentions?|specif(?:y|ies)|indicates?|confirms?)"
    r" that"
    r"|(?:in short|in summary|to summari[sz]e|in other words|overall|therefore|thus|so|hence|additionally|in addition|"
    r"moreover|furthermore|finally|also|yes|no|however|that is|specifically|in particular|for example|for instance),"
    r")\s+",
    re.IGNORECASE,
)


def bare(text: str) -> str:
    """The sentence without what only leads to it; as it is, where that would leave nothing."""
    lead = _LEAD.match(text)
    rest = text[lead.end() :] if lead else ""
    return rest[0].upper() + rest[1:] if rest.strip() else text
