#!/usr/bin/env python3
"""What the `tokenizers` package says: the reference that the engine's tokenizer is held against.

    reference.py FOLDER [--model TOKENIZER_JSON] [--texts N] [--vocabulary N] [--every-character]
    reference.py golden --golden

Trains a byte-level BPE with Qwen's normalizer and pre-tokenizer on the sources at hand (or takes a tokenizer.json), and
writes into FOLDER: `whole/tokenizer.json`; the same as `split/vocab.json`, `merges.txt` and `tokenizer_config.json`; and
`cases.jsonl`, {"text", "ids", "decoded", "skipped"} a line: what both must give; "decoded" is left out where it is the
text, "skipped" where it is what was decoded. `--golden` makes the small set that lies beside this file, of this project's
words alone. Ends with 77 where the package is absent.
"""

import argparse
import json
import random
import sys
import sysconfig
import unicodedata
from pathlib import Path
from typing import Iterator, List

try:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from tokenizers import __version__ as version
except ImportError:
    sys.exit(77)

QWEN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
ROOT = Path(__file__).resolve().parents[3]
CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
SUFFIXES = {".py", ".cpp", ".c", ".h", ".hpp", ".js", ".ts", ".pl", ".pm", ".rb", ".sh", ".md", ".json", ".html", ".css",
            ".sql", ".lua", ".java", ".go", ".rs", ".cmake", ".txt", ".yml", ".xml"}  # fmt: skip
# What pre-tokenizers, normalizers and added tokens stumble over.
PIECES = [
    "'s", "'S", "'\u017f", "'re", "'RE", "'Ll", "'", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u2028", "\u3000", "a",
    "\u00e9", "e\u0301", "\uac00", "\u1100\u1161\u11a8", "\uac00\u11a8", "1", "\u00bd", "\u0663", "12345", "<|im_end|>",
    "<tool_call>", "<tool>", "<L>", "<R>", "<B>", "w\u00f6rd", "wo\u0308rd", "e\u0301e", "\u00e9e", "\U0001f600", "_",
    "!!", "...", "\u4e2d\u6587", "\u0345\u0334", "\u200d", "\u00df", "\u180e", "\x00", "\x85", "def f(x):", "    return",
]  # fmt: skip
ADDED = [
    AddedToken("<tool_call>", normalized=False),
    AddedToken("<tool>", normalized=False),
    AddedToken("w\u00f6rd", normalized=True, single_word=True),
    AddedToken("<L>", lstrip=True, normalized=False),
    AddedToken("<R>", rstrip=True, normalized=False),
    AddedToken("e\u0301e", normalized=True),
    AddedToken("<B>", lstrip=True, rstrip=True, single_word=True, normalized=False),
]


def sources(most: int) -> List[str]:
    """Texts in many languages: this project, and what is installed here."""
    others = [Path(sysconfig.get_path("stdlib")), Path("/usr/share"), Path("/usr/include"), Path("/usr/lib/node_modules")]
    places = [ROOT] + others
    texts: List[str] = []
    for place in places:
        files = sorted(p for p in place.rglob("*") if p.suffix in SUFFIXES and "build" not in p.parts) if place.is_dir() else []
        random.Random(0).shuffle(files)
        for path in files[: most // len(places)]:
            try:
                texts.append(path.read_bytes()[:200_000].decode("utf-8", "ignore"))
            except OSError:
                continue
    return [text for text in texts if text]


def train(texts: List[str], vocabulary: int) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    split = pre_tokenizers.Split(Regex(QWEN), behavior="isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens(ADDED)
    return tokenizer


def split_layout(whole: dict, folder: Path) -> None:
    """The layout of vocab.json, merges.txt and added_tokens_decoder."""
    folder.mkdir(parents=True, exist_ok=True)
    added = {str(token.pop("id")): token for token in whole["added_tokens"]}
    names = {token["content"] for token in added.values()}
    vocabulary = {token: id for token, id in whole["model"]["vocab"].items() if token not in names}
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in whole["model"]["merges"]]
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(merge + "\n" for merge in merges), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps({"added_tokens_decoder": added}))


def random_text(texts: List[str], draw: random.Random) -> str:
    kind = draw.random() * (1 if texts else 0.7)
    if kind < 0.35:
        return "".join(draw.choice(PIECES) for _ in range(draw.randint(0, 30)))
    if kind < 0.5:
        return "".join(chr(draw.choice(CODE_POINTS)) for _ in range(draw.randint(1, 30)))
    if kind < 0.65:
        return "".join(chr(draw.randrange(0x3100)) for _ in range(draw.randint(1, 60)))
    if kind < 0.7:
        return unicodedata.normalize("NFD", "".join(chr(draw.randrange(0xC0, 0x2000)) for _ in range(draw.randint(1, 60))))
    text = draw.choice(texts)
    start = draw.randrange(len(text))
    return text[start : start + draw.randint(1, 2000)]


def every_character() -> Iterator[str]:
    """Each code point between letter and number, and in a contraction's place; many to a text. Planes without a character
    of their own are left out."""
    points = [c for c in CODE_POINTS if c < 0x32400 or 0xE0000 <= c < 0xE0200]
    for start in range(0, len(points), 256):
        yield "\n".join(f"a{chr(c)}1 '{chr(c)}\u0301" for c in points[start : start + 256])


def write_cases(tokenizer: Tokenizer, cases: List[str], path: Path) -> None:
    with open(path, "w", encoding="ascii") as out:
        for text in cases:
            row = {"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids}
            decoded, skipped = (tokenizer.decode(row["ids"], skip_special_tokens=skip) for skip in (False, True))
            if decoded != text:
                row["decoded"] = decoded
            if skipped != decoded:
                row["skipped"] = skipped
            out.write(json.dumps(row, separators=(",", ":")) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--vocabulary", type=int, default=8000)
    parser.add_argument("--every-character", action="store_true")
    parser.add_argument("--golden", action="store_true")
    options = parser.parse_args()
    if options.golden:
        learned, texts = [p.read_text(encoding="utf-8") for p in sorted((ROOT / "docs").glob("*.md"))], []
        options.texts, options.vocabulary = 150, 700
    else:
        learned = texts = sources(400)
    tokenizer = Tokenizer.from_file(str(options.model)) if options.model else train(learned, options.vocabulary)
    whole = options.folder / "whole"
    whole.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(whole / "tokenizer.json"), pretty=False)
    split_layout(json.loads((whole / "tokenizer.json").read_text(encoding="utf-8")), options.folder / "split")
    draw = random.Random(options.texts)
    cases = [random_text(texts, draw) for _ in range(options.texts)]
    if options.every_character:
        cases += every_character()
    write_cases(tokenizer, cases, options.folder / "cases.jsonl")
    print(version)


if __name__ == "__main__":
    main()
