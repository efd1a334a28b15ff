"""Open chat models that answer well for their size, from a model hub. Pure.

A revision is the hub's commit that Footnote asks for, so that the same name is the same weights everywhere. Where none
is written down here, it is the one that the hub names when the model is pulled, which is written into its folder. All
of these answer at once, or do where their template is told so: a model that thinks aloud first would have its thoughts
taken for an answer. They are told apart from the bundled one (`rag.models.catalog`), whose files come with a package.
"""

from dataclasses import dataclass

FREE = ("Apache-2.0", "MIT")  # anyone may use it, for anything


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatModel:
    """A model that a hub has."""

    name: str  # owner/name, as the hub has it
    revision: str = ""  # the commit that is pulled; empty where that is the hub's newest
    licence: str  # SPDX where there is one, else what its makers call it
    parameters: int
    context: int  # tokens it can read and write, all together
    gated: bool = False  # whether the hub wants to know who agreed to the licence

    @property
    def size(self) -> int:
        """Bytes of its weights in bfloat16."""
        return 2 * self.parameters

    @property
    def free(self) -> bool:
        """Whether anyone may use it for anything, and needs no account to get it."""
        return self.licence in FREE and not self.gated


# From the least to the most able, as their makers' own comparisons have it: who can hold several takes the last.
CHAT_MODELS: tuple[ChatModel, ...] = (
    ChatModel(
        name="Qwen/Qwen2.5-0.5B-Instruct",
        revision="7ae557604adf67be50417f59c2c2f167def9a775",
        licence="Apache-2.0",
        parameters=494_032_768,
        context=32_768,
    ),
    ChatModel(
        name="meta-llama/Llama-3.2-1B-Instruct",
        revision="9213176726f574b556790deb65791e0c5aa438b6",
        licence="Llama 3.2 Community",
        parameters=1_235_814_400,
        context=131_072,
        gated=True,
    ),
    ChatModel(
        name="Qwen/Qwen2.5-1.5B-Instruct",
        revision="989aa7980e4cf806f80c7fef2b1adb7bc71aa306",
        licence="Apache-2.0",
        parameters=1_543_714_304,
        context=32_768,
    ),
    ChatModel(
        name="HuggingFaceTB/SmolLM3-3B",
        licence="Apache-2.0",
        parameters=3_075_098_624,
        context=65_536,
    ),
    ChatModel(
        name="microsoft/Phi-4-mini-instruct",
        revision="cfbefacb99257ffa30c83adab238a50856ac3083",
        licence="MIT",
        parameters=3_836_021_760,
        context=131_072,
    ),
    ChatModel(
        name="Qwen/Qwen2.5-7B-Instruct",
        revision="a09a35458c702b33eeacc393d103063234e8bc28",
        licence="Apache-2.0",
        parameters=7_615_616_512,
        context=32_768,
    ),
    ChatModel(
        name="meta-llama/Llama-3.1-8B-Instruct",
        revision="0e9e39f249a16976918f6564b8830bc894c89659",
        licence="Llama 3.1 Community",
        parameters=8_030_261_248,
        context=131_072,
        gated=True,
    ),
    ChatModel(
        name="google/gemma-2-9b-it",
        revision="11c9b309abf73637e4b6f9a3fa1e92e615547819",
        licence="Gemma",
        parameters=9_241_705_984,
        context=8_192,
        gated=True,
    ),
    ChatModel(
        name="Qwen/Qwen3-8B",
        licence="Apache-2.0",
        parameters=8_190_735_360,
        context=32_768,
    ),
    ChatModel(
        name="Qwen/Qwen3-4B-Instruct-2507",
        revision="cdbee75f17c01a7cc42f958dc650907174af0554",
        licence="Apache-2.0",
        parameters=4_022_468_096,
        context=262_144,
    ),
    ChatModel(
        name="microsoft/phi-4",
        revision="187ef0342fff0eb3333be9f00389385e95ef0b61",
        licence="MIT",
        parameters=14_659_507_200,
        context=16_384,
    ),
    ChatModel(
        name="Qwen/Qwen3-14B",
        licence="Apache-2.0",
        parameters=14_768_307_200,
        context=32_768,
    ),
    ChatModel(
        name="mistralai/Mistral-Small-24B-Instruct-2501",
        revision="9527884be6e5616bdd54de542f9ae13384489724",
        licence="Apache-2.0",
        parameters=23_572_403_200,
        context=32_768,
    ),
    ChatModel(
        name="Qwen/Qwen3-32B",
        licence="Apache-2.0",
        parameters=32_762_123_264,
        context=32_768,
    ),
    ChatModel(
        name="meta-llama/Llama-3.3-70B-Instruct",
        licence="Llama 3.3 Community",
        parameters=70_553_706_496,
        context=131_072,
        gated=True,
    ),
    ChatModel(
        name="Qwen/Qwen3-30B-A3B-Instruct-2507",
        revision="0d7cf23991f47feeb3a57ecb4c9cee8ea4a17bfe",
        licence="Apache-2.0",
        parameters=30_532_122_624,
        context=262_144,
    ),
)


def find(name: str) -> ChatModel | None:
    """The model of that name, with or without its owner; capitals do not count."""
    wanted = name.lower()
    for model in CHAT_MODELS:
        if wanted in (model.name.lower(), model.name.lower().partition("/")[2]):
            return model
    return None
