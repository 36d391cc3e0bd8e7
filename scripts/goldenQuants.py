"""Writes test/golden/quants/: random blocks of every supported tensor type with the floats they stand for.

The expected values come from the numpy implementation in the Python package gguf (pip install gguf==0.19.0):
    python3 scripts/goldenQuants.py
Blocks hold arbitrary bits, except that half-precision fields are finite: zero, subnormal, negative and huge scales
all occur. TYPE.bin holds the blocks, TYPE.f32 the floats, both little-endian.
"""

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType
from gguf.quants import dequantize

# Bytes of a block, and where its half-precision fields are.
LAYOUTS = {
    "F16": (2, [0]),
    "Q8_0": (34, [0]),
    "Q4_0": (18, [0]),
    "Q4_1": (20, [0, 2]),
    "Q5_0": (22, [0]),
    "Q5_1": (24, [0, 2]),
    "Q4_K": (144, [0, 2]),
    "Q5_K": (176, [0, 2]),
    "Q6_K": (210, [208]),
}


def finite_halves(random, count):
    bits = random.integers(0, 1 << 16, count, dtype=np.uint16)
    infinite = (bits & 0x7C00) == 0x7C00
    return np.where(infinite, bits & 0x83FF, bits).astype("<u2")


def blocks_of(random, name, count):
    size, halves = LAYOUTS[name]
    blocks = random.integers(0, 256, (count, size), dtype=np.uint8)
    for offset in halves:
        blocks[:, offset : offset + 2] = finite_halves(random, count).view(np.uint8).reshape(count, 2)
    return blocks


def main():
    random = np.random.default_rng(20)
    folder = Path(__file__).parent.parent / "test" / "golden" / "quants"
    folder.mkdir(parents=True, exist_ok=True)
    for name in LAYOUTS:
        per_block = 256 if name.endswith("K") else 1 if name == "F16" else 32
        blocks = blocks_of(random, name, max(8, 1024 // per_block))
        floats = dequantize(blocks.reshape(1, -1), GGMLQuantizationType[name]).astype("<f4")
        (folder / f"{name}.bin").write_bytes(blocks.tobytes())
        (folder / f"{name}.f32").write_bytes(floats.tobytes())
    bits = random.integers(0, 1 << 16, 1024, dtype=np.uint16)
    bits = np.where((bits & 0x7F80) == 0x7F80, bits & 0x807F, bits).astype("<u2")
    (folder / "BF16.bin").write_bytes(bits.tobytes())
    (folder / "BF16.f32").write_bytes((bits.astype("<u4") << 16).tobytes())


if __name__ == "__main__":
    main()
