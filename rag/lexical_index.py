"""tantivy's BM25 over chunk texts, stemmed. A cache; see rag.catch_up for how it is filled."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from rag import snapshot

if TYPE_CHECKING:
    from rag.feed import Entry, Feed

ANALYSIS = "english-2"  # names the analysis below; another one needs another index
LONGEST = 40  # characters of a word that is indexed
# Scripts written without blanks between words are indexed sign by sign.
WORD = (
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"
    r"|[\p{Alphabetic}\p{M}\p{N}&&[^\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]]+"
)
HEAP = 64_000_000  # bytes of the writer's buffer


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

    def search(self, text: str, k: int, collections: Sequence[str] | None = None) -> dict[int, float]:
        """BM25 by chunk id of the k best for the words of a text, best first."""
        import tantivy

        query = self._query(text)
        if collections is not None:
            shelf = tantivy.Query.term_set_query(self._schema, "collection", list(collections))
            query = self._within(query, shelf)
        return self._run(query, k)

    def scores(self, text: str, ids: Iterable[int]) -> dict[int, float]:
        """BM25 of those of the given chunks that share a word with the text."""
        import tantivy

        wanted = [int(chunk_id) for chunk_id in ids]
        if not wanted:
            return {}
        these = tantivy.Query.term_set_query(self._schema, "id", wanted)
        return self._run(self._within(self._query(text), these), len(wanted))

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
            row = {"id": entry.chunk_id, "collection": entry.collection, "text": entry.text}
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
        import tantivy

        terms = (
            tantivy.Query.term_query(self._schema, "text", word, index_option="freq")
            for word in dict.fromkeys(self._analyzer.analyze(text))
        )
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])

    def _within(self, query: Any, these: Any) -> Any:
        import tantivy

        silent = tantivy.Query.const_score_query(these, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, silent)])

    def _run(self, query: Any, k: int) -> dict[int, float]:
        searcher = self._searcher
        hits = searcher.search(query, k, count=False).hits
        ids = searcher.fast_field_values("id", [address for _, address in hits])
        return {int(i or 0): float(score) for i, (score, _) in zip(ids, hits, strict=True)}


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    builder.add_text_field("collection", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", tokenizer_name=ANALYSIS, index_option="freq")
    return builder.build()


def _analyzer() -> Any:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.regex(WORD)).filter(Filter.remove_long(LONGEST))
    return builder.filter(Filter.lowercase()).filter(Filter.stemmer("english")).build()
