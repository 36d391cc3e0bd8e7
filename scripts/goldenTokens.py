"""Writes test/golden/tokens/embedded.json: the ids of every file in test/fixtures/text under the embedded model's tokenizer.

The ids come from the Python package tokenizers (pip install tokenizers==0.23.3), with the added tokens taken out of
tokenizer.json, because text of a user's file is never a marker:
    python3 scripts/goldenTokens.py
"""

import json
from pathlib import Path

from tokenizers import Tokenizer

ROOT = Path(__file__).parent.parent


def main():
    description = json.loads((ROOT / "models/palimpsest-135m/tokenizer.json").read_text(encoding="utf-8"))
    description["added_tokens"] = []
    tokenizer = Tokenizer.from_str(json.dumps(description))
    files = sorted((ROOT / "test/fixtures/text").glob("*.txt"))
    ids = {file.stem: tokenizer.encode(file.read_bytes().decode("utf-8"), add_special_tokens=False).ids for file in files}
    folder = ROOT / "test/golden/tokens"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"  {json.dumps(name)}: {json.dumps(values)}" for name, values in ids.items()]
    (folder / "embedded.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
