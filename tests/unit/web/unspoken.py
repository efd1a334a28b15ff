"""What no page says, and why: modules, texts and errors that the search for texts leaves out, and what it adds."""

# Modules that say nothing to whoever reads a page, and why.
SILENT = {
    "web/commands/": "the command line speaks English",
    "web/cli.py": "the command line speaks English",
    "web/evaluat": "footnote eval, on the command line",
    "web/lessons.py": "footnote train-reader, on the command line",
    "web/clozes.py": "footnote train-reader, on the command line",
    "web/chat/first_questions.py": "questions, in the language of the documents",
    "web/chat/markdown.py": "a file that others read, in one language whoever saves it",
    "web/insight/gap_file.py": "a file that programs read",
    "web/plot.py": "footnote eval, on the command line",
    "rag/training/": "footnote train-reader, on the command line",
    "rag/recalibrate.py": "footnote eval --calibrate, on the command line",
    "rag/calibration": "footnote eval --calibrate, on the command line",
    "rag/models/hub.py": "footnote models pull, on the command line",
    "rag/models/pull.py": "footnote models pull, on the command line",
    "rag/settings.py": "a server with a wrong setting does not start",
    "rag/generator_name.py": "a server with a wrong setting does not start",
    "rag/models/convert.py": "a server without its models does not start",
    "rag/models/chat_catalog.py": "names of models and licences",
    "rag/models/gguf_chat.py": "a server without its models does not start",
    "rag/models/nli.py": "a server without its models does not start",
    "rag/models/openvino_model.py": "a server without its models does not start",
    "rag/models/pairs.py": "a server without its models does not start",
    "rag/models/pieces.py": "a server without its models does not start",
    "rag/models/reader_files.py": "a server without its models does not start",
    "rag/models/rerank.py": "a server without its models does not start",
    "rag/models/torch_": "a server without its models does not start",
    "rag/models/weights.py": "a server without its models does not start",
    "ingest/restore.py": "footnote restore, on the command line",
    "ingest/rehearsal.py": "footnote sync --dry-run, on the command line",
    "ingest/phrases": "words of documents",
    "ingest/parsers/markup/": "names of elements and styles",
    "ingest/parsers/office/": "numbers and names of styles, as documents write them",
    "ingest/parsers/record.py": "glues a document's own words",
    "ingest/parsers/title.py": "words of documents",
    "rag/choice.py": "glues a document's own words",
    "rag/concepts.py": "words of documents",
    "rag/conflict.py": "glues a document's own words",
    "rag/dates.py": "words of documents",
    "rag/evidence.py": "glues a document's own words",
    "rag/heads.py": "glues a document's own words",
    "rag/lead.py": "words of answers",
    "rag/prompt.py": "what a language model is told",
    "rag/quote.py": "words of documents",
    "rag/numbers.py": "words of documents",
    "rag/rewrite.py": "words of questions",
    "rag/spelled.py": "words of documents",
    "rag/tokens.py": "words of documents",
    "rag/units.py": "words of documents",
    "rag/utterance.py": "words of questions",
}

# What looks like a text and is none, and where it is.
NO_TEXT = {
    "at least": "rag/facts.py, by which the text is found",
    "more than": "rag/facts.py, by which the text is found",
    "at most": "rag/facts.py, by which the text is found",
    "less than": "rag/facts.py, by which the text is found",
    "in order": "rag/facts.py, a kind of number",
    "{} to": "rag/contrast.py, a word of a sentence",
    "answer quoting it": "ingest/doctor.py, what tests ask for",
    "golden quote": "ingest/doctor.py, what tests ask for",
    "gap that it closes": "ingest/doctor.py, what tests ask for",
    "{} {}s": "ingest/doctor.py, what tests ask for",
    "with text": "web/findings.py, a line of `footnote docs show`",
    "by OCR": "web/findings.py, a line of `footnote docs show`",
    "hidden on": "web/findings.py, a line of `footnote docs show`",
    "its owner has overruled the screening": "web/findings.py, a line of `footnote docs show`",
    "{} UTC": "web/pages.py, a time",
    "{} KB": "web/pages.py, a size",
    "You answer in one short sentence.": "web/wired_models.py, what a model is asked",
    "Are you ready to answer questions?": "web/wired_models.py, what a model is asked",
    "the backup": "ingest/backup.py, the name of a lock",
}


# Constants whose words are told one by one, whatever these look like: states, and what is done in a stage.
WORDS = {"web/pages.py": ("LABELS",), "web/findings.py": ("STAGES",)}

# Errors that are never shown by themselves: others are raised in their place.
UNTITLED = ("FootnoteError", "LostLease", "_Unreached")

# Said by what the server is made of, and words that stand alone.
FOREIGN = {
    "Empty": "web/receipts.py",
    "Unreadable": "web/receipts.py",
    "Bad Request": "the phrase of a status",
    "Method Not Allowed": "the phrase of a status",
    "Not Found": "the phrase of a status",
    "There was an error parsing the body": "FastAPI",
}
