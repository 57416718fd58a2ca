"""Writes CanonicalDecompositionTable.swift from Python's copy of the Unicode Character Database.

`python3 make_decompositions.py > CanonicalDecompositionTable.swift`. Every version of Unicode gives the same decompositions
to the characters of the earlier ones, so Python's version does not matter as long as it is 8 or later.
"""

import textwrap
import unicodedata

HANGUL = range(0xAC00, 0xD7A4)


def entries():
    for code in range(0x110000):
        full = unicodedata.normalize("NFD", chr(code))
        if full != chr(code) and code not in HANGUL:
            yield f"{code:X}=" + "+".join(f"{ord(scalar):X}" for scalar in full)


print("// Canonical decompositions as data, written by make_decompositions.py.\n")
print("/// Full canonical decompositions in hexadecimal, one per word: `C0=41+300`. Hangul syllables follow a rule instead.")
print('let canonicalDecompositionTable = """')
print("\n".join("  " + line for line in textwrap.wrap(" ".join(entries()), 118)))
print('  """')
