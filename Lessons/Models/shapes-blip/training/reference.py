"""Writes what transformers makes of the example pictures, as figures for tests of another implementation.

    python reference.py .. ../../../Pictures ../../../../Tests/Models/Reference/shapes-blip.json

Bits are fixed-width hex, most significant digit first; SHA-256 is over little-endian, row-major bytes.
"""

import hashlib
import json
import re
import sys
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import PIL
import torch
import transformers
from PIL import Image
from transformers import BlipForConditionalGeneration, BlipProcessor

from evaluate import modes
from scenes import PROMPT

SAMPLE = 64  # values of the pixel values and of the vision tower's output that are written in full


def bits(tensor):
    """One hex string for each element."""
    tensor = tensor.detach().contiguous()
    width = tensor.element_size()
    whole = tensor.view({2: torch.int16, 4: torch.int32, 8: torch.int64}[width]).flatten().tolist()
    return [format(value & (1 << 8 * width) - 1, f"0{2 * width}x") for value in whole]


def sha(data):
    return hashlib.sha256(data).hexdigest()


def spread(tensor):
    """Values at `SAMPLE` places spread evenly over the flattened tensor."""
    flat = tensor.flatten()
    places = np.linspace(0, len(flat) - 1, SAMPLE).astype(int).tolist()
    return {"index": places, "bits": bits(flat[places])}


def picture_figures(file, files):
    image = Image.open(file).convert("RGB")
    size = files.image_processor.size
    pixels = files(images=image, return_tensors="pt").pixel_values
    resized = image.resize((size["width"], size["height"]), Image.BICUBIC)
    return image, {"file": file.name, "file_sha256": sha(file.read_bytes()), "size_wh": list(image.size),
                   "rgb_sha256": sha(image.tobytes()), "resized_sha256": sha(resized.tobytes()),
                   "pixel_values": {"shape": list(pixels.shape), "sha256": sha(pixels.numpy().tobytes()),
                                    **spread(pixels)}}


def outputs(model, files, inputs, **options):
    """Ids, caption and, for a greedy search, how far the best logit leads in each step."""
    copies = {name: value.clone() for name, value in inputs.items()}  # generate changes the ids in place
    result = model.generate(**copies, max_new_tokens=20, return_dict_in_generate=True, output_scores=True, **options)
    ids = result.sequences[0].tolist()
    figures = {"ids": ids, "caption": files.decode(ids, skip_special_tokens=True)}
    if options.get("num_beams", 1) > 1:
        figures["sequence_score"] = round(result.sequences_scores[0].item(), 6)
    else:
        best = [score[0].float().topk(2).values for score in result.scores]
        figures["margins"] = [round((first - second).item(), 4) for first, second in best]
        figures["first_step_logits"] = bits(result.scores[0][0])
    return figures


@torch.no_grad()
def model_figures(model, context, dtype, files, image):
    prompted = dict(files(images=image, text=PROMPT, return_tensors="pt"))
    prompted["pixel_values"] = prompted["pixel_values"].to(dtype)
    alone = {"pixel_values": prompted["pixel_values"]}
    with context():
        vision = model.vision_model(pixel_values=alone["pixel_values"]).last_hidden_state
        return {"vision_last_hidden_state": {"shape": list(vision.shape), "dtype": str(vision.dtype), **spread(vision)},
                "greedy": outputs(model, files, prompted), "beams3": outputs(model, files, prompted, num_beams=3),
                "greedy_without_prompt": outputs(model, files, alone)}


def parameter_figures(model):
    named = list(model.named_parameters())
    return {"named_parameters": [{"name": name, "shape": list(p.shape)} for name, p in named],
            "parameters": sum(p.numel() for _, p in named), "memory_footprint_bytes": model.get_memory_footprint()}


def main(folder, pictures, target):
    torch.set_num_threads(1)
    files = BlipProcessor.from_pretrained(folder)
    wide = BlipForConditionalGeneration.from_pretrained(folder).double().eval()
    every = [*modes(folder), ("float64", wide, nullcontext, torch.float64)]
    report = {"made_with": {"torch": torch.__version__, "transformers": transformers.__version__,
                            "pillow": PIL.__version__, "threads": 1},
              "model_sha256": sha((Path(folder) / "model.safetensors").read_bytes()),
              "prompt": PROMPT, "prompt_ids": files.tokenizer(PROMPT)["input_ids"], "max_new_tokens": 20,
              "model": {name: parameter_figures(model) for name, model, *_ in every if name in ("float32", "bfloat16")},
              "pictures": []}
    del report["model"]["bfloat16"]["named_parameters"]  # as in float32
    for file in sorted(Path(pictures).glob("*.[pj][np]g")):
        image, figures = picture_figures(file, files)
        for name, model, context, dtype in every:
            figures[name] = model_figures(model, context, dtype, files, image)
        report["pictures"].append(figures)
    text = json.dumps(report, indent=1)
    Path(target).write_text(_one_line_lists(text) + "\n")


def _one_line_lists(text):
    """Puts each list of plain values on one line."""
    return re.sub(r"\[[^\[\]{}]*\]", lambda found: " ".join(found.group().split()), text)


if __name__ == "__main__":
    main(*sys.argv[1:])
