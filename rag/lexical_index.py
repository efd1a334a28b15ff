"""tantivy's BM25 over chunk texts, stemmed, and what documents say of themselves. A cache, see rag.catch_up.

Beside its text a chunk carries words about its whole document: title, file name and how it begins. They are shared
by all its chunks, so they are not scored as text; see `about`.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from rag import snapshot
from rag.exact import phrases
from rag.fuse import ceiling, rarity

if TYPE_CHECKING:
    from rag.feed import Entry, Feed, Ids

ANALYSIS = "english-3"  # names the analysis below; another one needs another index
LONGEST = 40  # characters of a word that is indexed
# Scripts written without blanks between words are indexed sign by sign.
WORD = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"
    r"|[\p{Alphabetic}\p{M}\p{N}&&[^\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+"
)
HEAP = 64_000_000  # bytes of the writer's buffer
FEW = 3.0  # nats: of a question of which documents say less than this of themselves, a match says little
PROPOSED_ABOUT, PROPOSED_EXACT = 0.25, 0.4  # of BM25's ceiling: what these count when candidates are proposed


class LexicalIndex:
    """Chunks by the words they share with a question. Safe to share between threads."""

    def __init__(self, folder: Path, store_id: str) -> None:
        """Open the index in the folder if it is whole and of this database, else begin an empty one."""
        self._folder = folder
        self._fingerprint = f"{store_id}:{ANALYSIS}"
        self._lock = RLock()
        self._between_processes = snapshot.turns(folder)
        self.seq = 0
        with self._between_processes:
            self._open()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def ids(self) -> set[int]:
        """Every chunk id that it holds."""
        import tantivy

        return set(self._run(tantivy.Query.all_query(), max(1, len(self))))

    def words(self, text: str) -> dict[str, int]:
        """The distinct words of a text as they are indexed, each with the number of chunks that hold it."""
        return {word: self._searcher.doc_freq("text", word) for word in self._analyzer.analyze(text)}

    def propose(self, text: str, k: int, allowed: "Sequence[Ids] | None" = None) -> list[int]:
        """The k likeliest chunks for a text by its words, by its phrases and by what their documents are about.

        ``allowed`` are the ranges of chunk ids of whole documents; None allows all.
        """
        import tantivy

        words, about, quoted = self.words(text), self._about(text), phrases(text)
        most = ceiling(words, len(self))
        share = PROPOSED_ABOUT * most / max(FEW, sum(about.values()))
        clauses = [self._query(text)]
        clauses += [_silent(self._term("about", word), share * rare) for word, rare in about.items()]
        clauses += [_silent(self._phrase(it), PROPOSED_EXACT * most / len(quoted)) for it in quoted]
        query = _any(clauses)
        if allowed is not None:
            firsts = [first for first, _ in allowed]
            query = _both(query, tantivy.Query.term_set_query(self._schema, "first", firsts))
        return list(self._run(query, k))

    def scores(self, text: str, ids: Iterable[int]) -> dict[int, float]:
        """BM25 of those of the given chunks that share a word with the text."""
        return self._scores(self._query(text), ids)

    def about(self, text: str, ids: Iterable[int]) -> dict[int, float]:
        """What share, in (0, 1], of a text the chunks' documents say of themselves, word by word by its rarity.

        The share is of those words that any document says of itself: a question names a document by few of its words.
        """
        known = self._about(text)
        clauses = [_silent(self._term("about", word), rare) for word, rare in known.items()]
        most = max(FEW, sum(known.values()))
        return {key: score / most for key, score in self._scores(_any(clauses), ids).items()}

    def exact(self, text: str, ids: Iterable[int]) -> dict[int, float]:
        """What share, in (0, 1], of the phrases that a text quotes, and of its codes, the chunks hold.

        Each counts by its rarity, as in `about`: a code that every other chunk holds ("10-Q" in filings) says little.
        """
        found = [(query, self._rarity(query)) for query in map(self._phrase, phrases(text))]
        most = max(FEW, sum(rare for _, rare in found))
        scores = self._scores(_any([_silent(query, rare) for query, rare in found]), ids)
        return {key: score / most for key, score in scores.items()}

    def catch_up(self, feed: "Feed") -> None:
        """Drop what is gone and add what is new since the last time; holds for other processes too."""
        with self._lock, self._between_processes:
            self._refresh()
            delta, entries = feed.texts(self.seq)
            if delta.seq != self.seq:
                self._write(delta.gone + delta.new, entries)
                self.seq = delta.seq
                self._vouch()

    def reset(self) -> None:
        """Forget everything, on disk too; the next catch-up rebuilds it."""
        with self._lock, self._between_processes:
            snapshot.set_aside(self._folder)
            self.seq = 0
            self._open()

    def _open(self) -> None:
        import tantivy

        manifest = snapshot.load(self._folder, self._fingerprint)
        if manifest is None:
            snapshot.set_aside(self._folder)
            self._folder.mkdir(parents=True, mode=0o700)
        self.seq = 0 if manifest is None else manifest.seq
        self._schema = _schema()
        self._analyzer = _analyzer()
        self._index = tantivy.Index(self._schema, path=str(self._folder))
        self._index.register_tokenizer(ANALYSIS, self._analyzer)
        self._searcher = self._index.searcher()
        if manifest is None:
            self._vouch()

    def _refresh(self) -> None:
        """Take over what another process has written since."""
        manifest = snapshot.load(self._folder, self._fingerprint)
        if manifest is None and self.seq:
            self.reset()
        elif manifest is not None and manifest.seq != self.seq:
            self._open()

    def _write(self, gone: Iterable[tuple[int, int]], entries: Iterable["Entry"]) -> None:
        import tantivy

        writer = self._index.writer(heap_size=HEAP, num_threads=1)
        for first, end in gone:  # the new ones too: a write that was cut short is done over, not doubled
            span = tantivy.Query.range_query(
                self._schema, "id", tantivy.FieldType.Unsigned, first, end, include_upper=False
            )
            writer.delete_documents_by_query(span)
        for entry in entries:
            row = {"id": entry.chunk_id, "first": entry.first, "text": entry.text, "about": entry.about}
            writer.add_document(tantivy.Document.from_dict(row, self._schema))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _vouch(self) -> None:
        names = [path.name for path in self._folder.iterdir() if path.suffix not in (".lock", ".new")]
        kept = [name for name in names if name != snapshot.MANIFEST]
        snapshot.save(self._folder, seq=self.seq, fingerprint=self._fingerprint, names=kept)

    def _query(self, text: str) -> Any:
        """Any of the words, each counted once however often it is asked."""
        return _any([self._term("text", word) for word in dict.fromkeys(self._analyzer.analyze(text))])

    def _about(self, text: str) -> dict[str, float]:
        """The words of a text that documents say of themselves, with their rarity there or in texts, the less."""
        known, size = self.words(text), len(self)
        counts = {word: self._searcher.doc_freq("about", word) for word in known}
        return {word: rarity(max(n, known[word]), size) for word, n in counts.items() if n}

    def _rarity(self, query: Any) -> float:
        found: Any = self._searcher.search(query, 1, count=True)
        return rarity(int(found.count), len(self))

    def _term(self, field: str, word: str) -> Any:
        import tantivy

        option = "freq" if field == "text" else "basic"
        return tantivy.Query.term_query(self._schema, field, word, index_option=option)

    def _phrase(self, phrase: str) -> Any:
        import tantivy

        words = self._analyzer.analyze(phrase)
        if len(words) < 2:
            return _any([self._term("text", word) for word in words])
        return tantivy.Query.phrase_query(self._schema, "text", words)

    def _scores(self, query: Any, ids: Iterable[int]) -> dict[int, float]:
        import tantivy

        wanted = [int(chunk_id) for chunk_id in ids]
        these = tantivy.Query.term_set_query(self._schema, "id", wanted)
        return self._run(_both(query, these), len(wanted)) if wanted else {}

    def _run(self, query: Any, k: int) -> dict[int, float]:
        searcher = self._searcher
        hits = searcher.search(query, k, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return {int(i or 0): float(score) for i, (score, _) in zip(ids, hits, strict=True)}


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_unsigned_field("first", indexed=True, fast=True)  # its document's first chunk
    builder.add_text_field("text", tokenizer_name=ANALYSIS, index_option="position")
    builder.add_text_field("about", tokenizer_name=ANALYSIS, index_option="basic")
    return builder.build()


def _any(queries: Sequence[Any]) -> Any:
    import tantivy

    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _both(query: Any, these: Any) -> Any:
    """Texts that both find, with the scores of the first."""
    import tantivy

    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Must, query), (tantivy.Occur.Must, _silent(these, 0.0))]
    )


def _silent(query: Any, score: float) -> Any:
    """The same texts, each with the same score."""
    import tantivy

    return tantivy.Query.const_score_query(query, score)


def _analyzer() -> Any:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.regex(WORD)).filter(Filter.remove_long(LONGEST))
    return builder.filter(Filter.lowercase()).filter(Filter.stemmer("english")).build()
