"""Every setting, with its meaning and default. An unknown one is an error that names the nearest."""

import os
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from rag import generator_name
from rag.errors import SettingsError
from rag.found import Use
from rag.listed import parts
from rag.settings_file import PREFIX, explain, read_file, refuse_unknown

FILE = "footnote.toml"
BUNDLED_READER = Path(__file__).resolve().parents[1] / "data" / "models" / "reader"


def default_home() -> Path:
    """The platform's folder for a user's data."""
    import platformdirs

    return Path(platformdirs.user_data_dir("footnote"))


class Settings(BaseSettings):
    """Read from the environment (``FOOTNOTE_<NAME>``), then from ``footnote.toml`` in the current folder."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    home: Path = Field(
        default_factory=default_home, description="Folder for everything that Footnote writes."
    )
    database_url: str = Field(
        default="", description="SQLAlchemy URL of the database; empty means SQLite in the home folder."
    )
    models: Path | None = Field(
        default=None,
        description="Folder of converted and pulled models; empty means `models` in the home folder.",
    )
    embedder: str = Field(default="all-MiniLM-L6-v2", description="Name of the embedder in the catalogue.")
    generator: str = Field(
        default="auto",
        description="What writes answers: `quotes`, `bundled`, a pulled model's `owner/name` or `owner/name@revision`, "
        "the folder of a model, or the URL of an OpenAI-compatible server, up to `/v1`; several, separated by commas, "
        "are asked in turn. `auto` means the best pulled model that fits a CUDA card, else quotes.",
    )
    generator_model: str = Field(
        default="", description="Model that the server is asked for; empty means the first that it names."
    )
    generator_key: SecretStr | None = Field(
        default=None, description="Key that the server is told; best given in the environment."
    )
    generator_context: int = Field(
        default=8192,
        ge=1024,
        description="Tokens that the model can read and write for one answer, all together.",
    )
    generator_tokens: int = Field(
        default=600, ge=16, description="Most tokens that are written for one answer."
    )
    generator_seconds: float = Field(
        default=120, gt=0, description="Longest time that one answer may take to be written."
    )
    generator_waiting: int = Field(
        default=4,
        ge=0,
        description="Questions that may wait for a model in this process; who brings one more is told to come again.",
    )
    generator_bits: int = Field(
        default=16,
        description="Bits of a weight of a model in this process: 16, or 8 or 4 with the package bitsandbytes.",
    )
    voice: str = Field(
        default="",
        max_length=2000,
        description="How the house speaks in written answers: tone, name, language, what to avoid.",
    )
    reader: str = Field(
        default="auto",
        description="Folder of a reader as `footnote train-reader` writes one, `bundled`, none, or `auto`: the "
        "bundled one where it came along.",
    )
    reranker: Path | None = Field(
        default=None,
        description="Folder of a cross-encoder that reorders passages in the reader's place; empty means none.",
    )
    reader_for: str = Field(
        default="order,words,confidence",
        description="What the reader is used for, separated by commas: order, words, confidence.",
    )
    rerank_ms: int = Field(
        default=300,
        ge=1,
        description="Longest time that the reader or reranker reads for one question, in milliseconds.",
    )
    nli: Path | None = Field(
        default=None,
        description="Folder of a cross-encoder for natural language inference that checks sentences; empty means none.",
    )
    unsupported: str = Field(
        default="mark",
        pattern="^(mark|omit)$",
        description="What becomes of sentences that their quotes do not support: mark or omit.",
    )
    device: str = Field(
        default="auto", pattern="^(auto|cpu|cuda)$", description="Where models run: auto, cpu or cuda."
    )
    threads: int = Field(default=0, ge=0, description="Processor threads for models; 0 means all cores.")
    chunk_tokens: int = Field(
        default=230,
        ge=32,
        le=4096,
        description="Word pieces that a chunk aims at; the embedder's limit is the most.",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Confidence below which a question is declined; empty means the fitted one.",
    )
    search_depth: int = Field(
        default=100, ge=10, le=1000, description="Chunks that each index proposes to the fusion."
    )
    passages: int = Field(default=10, ge=1, le=100, description="Passages that are read for an answer.")
    max_upload_mb: int = Field(default=100, ge=1, description="Largest file that is taken in, in MiB.")
    max_uploads: int = Field(
        default=32,
        ge=1,
        description="Most uploads that are received at once; who brings more is told to wait.",
    )
    max_waiting: int = Field(
        default=5000,
        ge=1,
        description="Uploaded documents waiting to be read at which no more are taken in until some were read.",
    )
    stall_seconds: float = Field(
        default=30,
        gt=0,
        description="Longest time that a request may send nothing before it has come in whole.",
    )
    upload_seconds: float = Field(
        default=900, gt=0, description="Longest time that a request may take to come in."
    )
    max_question_chars: int = Field(default=2000, ge=10, description="Longest question, in characters.")
    parse_seconds: float = Field(
        default=120, gt=0, description="Longest time that one file may take to be read."
    )
    parse_memory_mb: int = Field(
        default=1536, ge=128, description="Most memory that reading a file may take, in MiB."
    )
    parse_pages: int = Field(
        default=5000, ge=1, description="Most pages, slides or chapters that a file may have."
    )
    parse_pixels: int = Field(
        default=100_000_000, ge=1_000_000, description="Most pixels that a picture in a file may have."
    )
    parse_cells: int = Field(
        default=2_000_000, ge=1, description="Most cells that the tables of a file may have."
    )
    parse_members: int = Field(
        default=10_000, ge=10, description="Most parts that an Office file, e-book or mail may be packed of."
    )
    parse_unpacked_mb: int = Field(
        default=512, ge=1, description="Most data that such a file may hold once unpacked, in MiB."
    )
    hold_instructions: bool = Field(
        default=True,
        description="Whether a document that seems to give instructions to the assistant waits for its release.",
    )
    fetch_allow: str = Field(
        default="",
        description="Internal hosts that may be fetched from, separated by commas: names, name:port, or networks.",
    )
    fetch_seconds: float = Field(
        default=60, gt=0, description="Longest time that fetching one page may take, in seconds."
    )
    user_agent: str = Field(
        default="Footnote/0.1 (+documents reader)", description="What Footnote calls itself to web servers."
    )
    host: str = Field(
        default="127.0.0.1", description="Address that `serve` listens on; loopback only for now."
    )
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port that `serve` listens on; 0 takes a free one."
    )
    log_level: str = Field(
        default="warning",
        pattern="^(debug|info|warning|error)$",
        description="Least severity that is logged.",
    )

    @field_validator("home", "models", "nli", "reranker")
    @classmethod
    def _expand(cls, folder: Path | None) -> Path | None:
        """A file has no shell to say where ~ is."""
        return folder and folder.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment; the file is merged by ``load``."""
        return init_settings, env_settings

    @field_validator("generator_bits")
    @classmethod
    def _known_bits(cls, given: int) -> int:
        if given not in (16, 8, 4):
            raise ValueError("it is 16, 8 or 4")
        return given

    @field_validator("reader_for")
    @classmethod
    def _known_uses(cls, given: str) -> str:
        unknown = [part for part in parts(given) if part not in set(Use)]
        if unknown:
            raise ValueError(f"{unknown[0]} is none of {', '.join(Use)}")
        return given

    @field_validator("generator")
    @classmethod
    def _known_generator(cls, given: str) -> str:
        return generator_name.checked(given)

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.generator_tokens > self.generator_context // 2:
            raise ValueError("FOOTNOTE_GENERATOR_TOKENS may be half of FOOTNOTE_GENERATOR_CONTEXT at most")
        return self

    @property
    def generator_urls(self) -> tuple[str, ...]:
        """The servers that write answers, in the order in which they are asked."""
        return generator_name.urls(self.generator)

    @property
    def reader_folder(self) -> Path | None:
        """Where the reader is, if one is named."""
        if self.reader == "none" or (self.reader == "auto" and not BUNDLED_READER.is_dir()):
            return None
        return BUNDLED_READER if self.reader in ("auto", "bundled") else Path(self.reader).expanduser()

    @property
    def uses(self) -> frozenset[Use]:
        """What a reader is used for."""
        return frozenset(Use(part) for part in parts(self.reader_for))

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.home / 'footnote.db'}"

    @property
    def opened_hosts(self) -> tuple[str, ...]:
        """The entries of ``fetch_allow``."""
        return parts(self.fetch_allow)

    @property
    def originals(self) -> Path:
        """Folder of the files as they came in."""
        return self.home / "originals"

    @property
    def caches(self) -> Path:
        """Folder of the indexes, all of which can be rebuilt."""
        return self.home / "caches"

    @property
    def model_folder(self) -> Path:
        """Folder of converted models."""
        return self.models or self.home / "models"


def load(**overrides: Any) -> Settings:
    """Settings from arguments, the environment and the file, in this order of precedence.

    Raises SettingsError for an unknown name, naming the nearest, or a value that makes no sense.
    """
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    refuse_unknown((name for name in os.environ if name.startswith(PREFIX)), known)
    from_file = read_file(Path(FILE))
    refuse_unknown((PREFIX + name.upper() for name in from_file), known)
    unset = {name: value for name, value in from_file.items() if not os.environ.get(PREFIX + name.upper())}
    try:
        return Settings(
            **{**unset, **{name: value for name, value in overrides.items() if value is not None}}
        )
    except ValidationError as error:
        raise SettingsError(explain(error)) from None
