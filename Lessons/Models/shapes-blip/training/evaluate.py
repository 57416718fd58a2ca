"""Counts exact captions of scenes that training never saw, in float32, in bfloat16 and under autocast.

    python evaluate.py ..
"""

import argparse
from contextlib import nullcontext

import torch
from transformers import BlipForConditionalGeneration, BlipProcessor

from scenes import PROMPT, Scene


def modes(folder):
    """Yields a name, a model, a function that makes the context to run it in, and the dtype of its pixel values."""
    single = BlipForConditionalGeneration.from_pretrained(folder).eval()
    half = BlipForConditionalGeneration.from_pretrained(folder, torch_dtype=torch.bfloat16).eval()
    autocast = lambda: torch.autocast("cpu", dtype=torch.bfloat16)
    yield "float32", single, nullcontext, torch.float32
    yield "bfloat16", half, nullcontext, torch.bfloat16
    yield "float32, autocast to bfloat16", single, autocast, torch.float32
    yield "bfloat16, autocast to bfloat16", half, autocast, torch.float32  # as the lesson does


@torch.no_grad()
def captions(model, context, dtype, files, pictures, **options):
    """Captions as in the lesson: prompt "a picture of", at most 20 new ids, greedy unless `options` say otherwise."""
    results = []
    for start in range(0, len(pictures), 100):
        some = pictures[start:start + 100]
        inputs = files(images=some, text=[PROMPT] * len(some), return_tensors="pt")
        with context():
            ids = model.generate(inputs.pixel_values.to(dtype), inputs.input_ids, inputs.attention_mask,
                                 max_new_tokens=20, **options)
        results += files.batch_decode(ids, skip_special_tokens=True)
    return results


def evaluate(options):
    torch.set_num_threads(options.threads)
    files = BlipProcessor.from_pretrained(options.folder)
    scenes = [Scene.sample(options.split, number) for number in range(options.scenes)]
    pictures = [scene.draw() for scene in scenes]
    for name, model, context, dtype in modes(options.folder):
        for search, beams in (("greedy", 1), ("3 beams", 3)):
            texts = captions(model, context, dtype, files, pictures, num_beams=beams)
            wrong = [pair for pair in zip(scenes, texts) if pair[0].caption != pair[1]]
            print(f"{name}, {search}: {len(scenes) - len(wrong)} of {len(scenes)} exact", flush=True)
            for scene, text in wrong[:options.show]:
                print(f"  {scene.caption!r}\n  {text!r}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="the model's folder")
    parser.add_argument("--scenes", type=int, default=1_000)
    parser.add_argument("--split", default="held-out", help="another name gives other scenes")
    parser.add_argument("--show", type=int, default=0, help="how many wrong captions to print for each")
    parser.add_argument("--threads", type=int, default=1)
    evaluate(parser.parse_args())
