"""Writes unicode.txt: what BERT's uncased tokenizer makes of every code point, between the letters a and b.

Run it with tokenizers 0.15.2: `python3 make_unicode.py > unicode.txt`. A line is a range of code points and what stands
between a and b after normalisation, with words divided by a space: `=` for the code point itself, or hexadecimal numbers.
Of the Hangul syllables, which follow a rule, every 37th is there.
"""

from itertools import groupby

from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

normalizer = BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True)
words = BertPreTokenizer()


def outcome(code):
    text = " ".join(word for word, _ in words.pre_tokenize_str(normalizer.normalize_str(f"a{chr(code)}b")))
    return ",".join("=" if ord(character) == code else f"{ord(character):X}" for character in text[1:-1])


def main():
    codes = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    codes = [code for code in codes if code % 37 == 0 or not 0xAC00 <= code < 0xD7A4]
    for (result, _), run in groupby(enumerate(codes), key=lambda pair: (outcome(pair[1]), pair[1] - pair[0])):
        run = [code for _, code in run]
        print(f"{run[0]:X}-{run[-1]:X} {result}".strip())


main()
