"""Draws the lessons' example pictures: for each caption below, the first scene of the split "lesson" that has it.

    python pictures.py ../../../Pictures
"""

import sys
from itertools import count
from pathlib import Path

from scenes import PROMPT, Scene

EXAMPLES = {
    "red-circle-above-blue-square.png": "a red circle above a blue square",
    "orange-star.jpg": "an orange star",
    "green-triangle-left-of-yellow-circle.png": "a green triangle left of a yellow circle",
    "black-star-right-of-white-square.jpg": "a black star right of a white square",
    "white-square-below-two.png": "a white square below a purple circle and a black star",
    "blue-star-left-of-two.png": "a blue star left of a red triangle and an orange circle",
}


def first_scene(caption):
    return next(scene for scene in (Scene.sample("lesson", n) for n in count()) if scene.caption == caption)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, phrase in EXAMPLES.items():
        options = dict(quality=90) if name.endswith(".jpg") else dict(optimize=True)
        first_scene(f"{PROMPT} {phrase}").draw().save(folder / name, **options)
