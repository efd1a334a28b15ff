"""What the sample PDFs say, and how they are set."""
