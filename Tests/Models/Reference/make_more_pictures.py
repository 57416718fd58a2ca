"""Writes more-pictures.json: small pictures of kinds that Pillow itself does not write, and what Pillow reads from them.

Run it with Pillow 10.4: `python3 make_more_pictures.py > more-pictures.json`. Its output is always the same.
"""

import base64
import io
import json
import random
import struct
import zlib

from PIL import Image

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    bits = "".join(format(sample, f"0{depth}b") for sample in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def png(width, height, depth, kind, interlaced, transparent, seed):
    """A PNG of random samples, unfiltered; `kind` is the colour type."""
    draw = random.Random(seed)
    top = {3: min(2**depth, 7), 0: min(2**depth, 512)}.get(kind, 2**depth)
    pixels = [[[draw.randrange(top) for _ in range(CHANNELS[kind])] for _ in range(width)] for _ in range(height)]
    passes = ADAM7 if interlaced else [(0, 0, 1, 1)]
    rows = b""
    for x0, y0, dx, dy in passes:
        for y in range(y0, height, dy):
            row = [sample for x in range(x0, width, dx) for sample in pixels[y][x]]
            if row:
                rows += b"\0" + packed(row, depth)
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced))
    if kind == 3:
        file += chunk(b"PLTE", bytes(draw.randrange(256) for _ in range(3 * top)))
    if transparent:
        file += chunk(b"tRNS", {0: b"\0\1", 2: b"\0\1\0\2\0\3", 3: b"\0\x80\xff"}[kind])
    return file + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def jpeg(mode, **options):
    draw = random.Random(len(mode))
    size = (29, 21)
    samples = bytes(draw.randrange(256) for _ in range(6 * 5 * len(Image.new(mode, (1, 1)).getbands())))
    file = io.BytesIO()
    Image.frombytes(mode, (6, 5), samples).resize(size, Image.BICUBIC).save(file, "JPEG", **options)
    return file.getvalue()


def files():
    for kind, depths in {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}.items():
        for depth in depths:
            for interlaced in (0, 1):
                for transparent in (False, True) if kind in (0, 2, 3) else (False,):
                    name = f"type{kind}-{depth}bit" + "-interlaced" * interlaced + "-trns" * transparent
                    yield name, png(11, 13, depth, kind, interlaced, transparent, name)
    yield "cmyk", jpeg("CMYK", quality=80)
    for subsampling in ("4:4:4", "4:2:2", "4:2:0"):
        yield "ycc-" + subsampling, jpeg("RGB", quality=60, subsampling=subsampling)
        yield "progressive-" + subsampling, jpeg("RGB", quality=60, subsampling=subsampling, progressive=True)
    yield "rgb", jpeg("RGB", quality=70, keep_rgb=True)
    yield "restarts", jpeg("RGB", quality=70, restart_marker_blocks=2)


def main():
    entries = []
    for name, file in files():
        picture = Image.open(io.BytesIO(file)).convert("RGB")
        text = [base64.b64encode(data).decode() for data in (file, picture.tobytes())]
        entries.append({"name": name, "width": picture.width, "height": picture.height, "file": text[0], "rgb": text[1]})
    print("[\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]")


main()
