"""The Python side of the captioner benchmark: what captioner.swift does, by transformers on PyTorch.

    captioner.py versions
    captioner.py parts|whole FOLDER DTYPE PICTURE
"""

import resource
import statistics
import sys
import time

import torch
import transformers
from PIL import Image
from transformers import BlipForConditionalGeneration, BlipProcessor

NEW_TOKENS = 20


def seconds(body, repetitions=5):
    """The median of a few runs, after one that is not counted."""
    body()
    return statistics.median(seconds_once(body) for _ in range(repetitions))


def seconds_once(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def generate(model, inputs, count):
    return model.generate(**inputs, min_new_tokens=count, max_new_tokens=count)


@torch.no_grad()
def measure(mode, folder, dtype, picture):
    processor = BlipProcessor.from_pretrained(folder)
    start = time.perf_counter()
    model = BlipForConditionalGeneration.from_pretrained(folder, torch_dtype=dtype).eval()
    load = time.perf_counter() - start
    inputs = processor(images=Image.open(picture).convert("RGB"), text="a picture of", return_tensors="pt")
    inputs["pixel_values"] = inputs["pixel_values"].to(dtype)
    # A copy each time: generate changes the ids in place.
    fresh = lambda: {name: value.clone() for name, value in inputs.items()}
    print("ids", ",".join(map(str, generate(model, fresh(), NEW_TOKENS)[0].tolist())))
    scale = 1024 if sys.platform == "linux" else 1
    print("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale)
    if mode != "parts":
        return
    print("load", load)
    print("vision", seconds(lambda: model.vision_model(inputs["pixel_values"])))
    whole = seconds(lambda: generate(model, fresh(), NEW_TOKENS))
    one = seconds(lambda: generate(model, fresh(), 1))
    print("caption", whole)
    print("token", (whole - one) / (NEW_TOKENS - 1))


if sys.argv[1] == "versions":
    print(f"transformers {transformers.__version__} on PyTorch {torch.__version__.split('+')[0]}")
else:
    transformers.logging.set_verbosity_error()
    measure(sys.argv[1], sys.argv[2], getattr(torch, sys.argv[3]), sys.argv[4])
