"""Draws the held-out scenes into a folder, with their captions, for evaluate.md.

    python held_out.py held-out
"""

import argparse
from pathlib import Path

from scenes import Scene


def write(folder, count):
    folder.mkdir(parents=True, exist_ok=True)
    scenes = [Scene.sample("held-out", number) for number in range(count)]
    for number, scene in enumerate(scenes):
        scene.draw().save(folder / f"{number}.png")
    (folder / "captions.txt").write_text("".join(scene.caption + "\n" for scene in scenes))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scenes", type=int, default=1_000)
    options = parser.parse_args()
    write(options.folder, options.scenes)
