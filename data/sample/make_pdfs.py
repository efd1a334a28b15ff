"""Makes the PDFs of the sample knowledge base. Run twice, they are the same bytes.

    python data/sample/make_pdfs.py [FOLDER]

FOLDER is where they go; by default ``documents`` beside this script. Needs reportlab.
"""

import sys
from pathlib import Path

from pdf_source.handbook import HANDBOOK
from pdf_source.incident import INCIDENT
from pdf_source.manual import MANUAL
from pdf_source.quarter import QUARTER
from pdf_source.render import write
from pdf_source.supplier import SUPPLIER
from pdf_source.travel import TRAVEL

PAPERS = (HANDBOOK, MANUAL, TRAVEL, QUARTER, INCIDENT, SUPPLIER)


def main(folder: Path) -> None:
    """Write every paper into ``folder`` and say how long each became."""
    for paper in PAPERS:
        print(f"{paper.file}: {write(paper, folder)} pages")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "documents")
