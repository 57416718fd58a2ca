"""Draws scenes of one to three coloured shapes, each with the one caption that is true of it.

A scene is decided by a split's name and a number alone, so `Scene.sample("held-out", 7)` is the same picture on
every machine. Positions and sizes keep clear of every doubtful case (almost equal sizes, diagonal neighbours), so
that a wrong caption is the model's fault and not a matter of taste.
"""

import colorsys
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageDraw

PROMPT = "a picture of"

# Hue in degrees, saturation and value as ranges; neighbours in hue stay at least 16 degrees apart.
COLOURS = {
    "red": ((-6, 6), (0.80, 1.00), (0.78, 1.00)),
    "orange": ((24, 33), (0.85, 1.00), (0.95, 1.00)),
    "yellow": ((50, 59), (0.80, 1.00), (0.92, 1.00)),
    "green": ((105, 140), (0.65, 1.00), (0.45, 0.80)),
    "blue": ((212, 236), (0.70, 1.00), (0.60, 1.00)),
    "purple": ((272, 296), (0.60, 0.95), (0.50, 0.80)),
    "black": ((0, 360), (0.00, 0.20), (0.02, 0.12)),
    "white": ((0, 360), (0.00, 0.02), (0.97, 1.00)),
}

BACKGROUNDS = {
    "pale": ((0, 360), (0.00, 0.18), (0.86, 1.00)),
    "middle": ((0, 360), (0.00, 0.20), (0.42, 0.68)),
    "dark": ((0, 360), (0.00, 0.40), (0.12, 0.30)),
}

# Circumradius over size, chosen so that shapes of equal size look equally large.
KINDS = {"circle": 1.0, "square": 1.27, "triangle": 1.2, "star": 1.2}

RELATIONS = ("above", "below", "left of", "right of")

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *PROMPT.split(), "an", "and",
              *COLOURS, *KINDS, "above", "below", "left", "right"]


@dataclass
class Shape:
    """One shape. `x`, `y`: its centre as a share of width and height; `size`: as a share of the shorter side."""

    kind: str
    colour: str
    rgb: tuple
    x: float
    y: float
    size: float
    turn: float

    @property
    def phrase(self):
        return f"{'an' if self.colour[0] in 'aeiou' else 'a'} {self.colour} {self.kind}"

    def corners(self, radius):
        """The corners of a polygon around (0, 0), x to the right and y downwards."""
        count = {"square": 4, "triangle": 3, "star": 10}[self.kind]
        first = self.turn - math.pi / 2 + (math.pi / 4 if self.kind == "square" else 0)
        for k in range(count):
            r = radius * (0.45 if self.kind == "star" and k % 2 else 1.0)
            angle = first + 2 * math.pi * k / count
            yield r * math.cos(angle), r * math.sin(angle)

    def draw(self, image):
        """Draws onto `image` through a mask four times as fine, which gives smooth edges."""
        fine = 4
        radius = self.size * KINDS[self.kind] * min(image.size)
        centre_x, centre_y = self.x * image.width, self.y * image.height
        left, top, side = math.floor(centre_x - radius), math.floor(centre_y - radius), math.ceil(2 * radius) + 1
        mask = Image.new("L", (side * fine, side * fine))
        pen, cx, cy = ImageDraw.Draw(mask), (centre_x - left) * fine, (centre_y - top) * fine
        if self.kind == "circle":
            pen.ellipse((cx - radius * fine, cy - radius * fine, cx + radius * fine, cy + radius * fine), fill=255)
        else:
            pen.polygon([(cx + x, cy + y) for x, y in self.corners(radius * fine)], fill=255)
        image.paste(self.rgb, (left, top), mask.reduce(fine))


@dataclass
class Scene:
    """`shapes`: the one that the caption begins with, then the others in the order in which it names them."""

    width: int
    height: int
    background: tuple
    relation: str
    shapes: list

    @classmethod
    def sample(cls, split, number, count=None):
        """The scene of that number. `count`: how many shapes, by default 1 (20 %), 2 (40 %) or 3 (40 %)."""
        rng = random.Random(f"shapes-blip/{split}/{number}")
        drawn = rng.choices((1, 2, 3), (1, 2, 2))[0]
        relation = rng.choice(RELATIONS)
        places = [_one, _two, _three][(count or drawn) - 1](rng, relation)
        names = rng.sample([(colour, kind) for colour in COLOURS for kind in KINDS], len(places))
        shapes = [_shape(rng, *name, *place) for name, place in zip(names, places)]
        width = rng.randint(128, 384)
        height = min(384, max(128, round(width * rng.uniform(0.8, 1.25))))
        return cls(width, height, _background(rng, shapes), relation, shapes)

    @property
    def caption(self):
        first, *others = [shape.phrase for shape in self.shapes]
        return " ".join([PROMPT, first, *([self.relation, " and ".join(others)] if others else [])])

    def draw(self):
        """The scene as an RGB picture of `width` x `height`."""
        top, bottom = self.background
        shade = Image.linear_gradient("L").resize((self.width, self.height))
        image = Image.composite(Image.new("RGB", shade.size, bottom), Image.new("RGB", shade.size, top), shade)
        for shape in self.shapes:
            shape.draw(image)
        return image


def _one(rng, _):
    size = rng.uniform(0.14, 0.30)
    return [(rng.uniform(0.36, 0.64), rng.uniform(0.36, 0.64), size)]


def _two(rng, relation):
    """A large shape, named first, and a clearly smaller one, at most about 30 degrees off the relation's axis."""
    large = rng.uniform(0.19, 0.26)
    small = rng.uniform(0.11, large / 1.6)
    along = min(0.56, 1.2 * (large + small) + rng.uniform(0.03, 0.10))
    across = rng.uniform(-0.45, 0.45) * along
    middle = 0.5 + rng.uniform(-0.03, 0.03)
    begin = (1 - along) / 2 + 0.5 * (large - small) + rng.uniform(-0.03, 0.03)
    return [_turned(relation, begin, middle - across * 0.4, large),
            _turned(relation, begin + along, middle + across * 0.6, small)]


def _three(rng, relation):
    """One shape, named first, facing a pair; the pair is named from left to right or from top to bottom."""
    sizes = [rng.uniform(0.11, 0.155) for _ in range(3)]
    alone = (rng.uniform(0.22, 0.30), rng.uniform(0.40, 0.60))
    pair = [(rng.uniform(0.69, 0.77), rng.uniform(*across)) for across in ((0.20, 0.30), (0.70, 0.80))]
    return [_turned(relation, along, across, size) for (along, across), size in zip([alone, *pair], sizes)]


def _turned(relation, along, across, size):
    """A place given along the relation's axis (0: where the first shape is) and across it, as x, y and size."""
    if relation in ("below", "right of"):
        along = 1 - along
    return (across, along, size) if relation in ("above", "below") else (along, across, size)


def _shape(rng, colour, kind, x, y, size):
    turn = math.radians(rng.uniform(-12, 12))
    return Shape(kind, colour, _rgb(rng, COLOURS[colour]), x, y, size, turn)


def _background(rng, shapes):
    """Two colours, of the top and of the bottom, that stand out from every shape in some channel."""
    while True:
        kind = BACKGROUNDS[rng.choice(list(BACKGROUNDS))]
        top = _rgb(rng, kind)
        shift = rng.randint(-20, 20)
        bottom = tuple(min(255, max(0, channel + shift)) for channel in top)
        if all(_contrast(shape.rgb, colour) >= 75 for shape in shapes for colour in (top, bottom)):
            return top, bottom


def _contrast(one, other):
    return max(abs(a - b) for a, b in zip(one, other))


def _rgb(rng, ranges):
    hue, saturation, value = (rng.uniform(*bounds) for bounds in ranges)
    return tuple(round(255 * channel) for channel in colorsys.hsv_to_rgb(hue / 360 % 1, saturation, value))
