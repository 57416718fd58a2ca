"""Writes layers.json: parameters, inputs and outputs of layers, as PyTorch computes them.

    python make_layers.py > layers.json
"""

import json
import struct

import torch
from torch import nn

# The call, the input's shape, how many terms one element of the output sums up.
CALLS = [
    ("nn.ConvTranspose2d(3, 2, 2, stride=2)", (2, 3, 4, 5), 3),
    ("nn.ConvTranspose2d(2, 4, [3, 2], stride=2, padding=1, output_padding=1, groups=2)", (1, 2, 3, 4), 6),
    ("nn.ConvTranspose2d(2, 1, 3, dilation=2, bias=False)", (2, 5, 5), 18),
    ("nn.Conv2d(1, 2, 3, padding='same')", (2, 1, 5, 4), 9),
    ("nn.Conv2d(2, 2, [2, 4], padding='same', dilation=[1, 3])", (1, 2, 6, 7), 16),
    ("nn.Conv2d(1, 1, 3, padding='valid', stride=2)", (1, 1, 7, 7), 9),
    ("nn.InstanceNorm2d(3)", (2, 3, 4, 5), 20),
    ("nn.InstanceNorm2d(3, affine=True, track_running_stats=True)", (2, 3, 4, 5), 20),
    ("nn.Dropout2d(0.5)", (4, 6, 2, 2), 1),
    ("nn.Dropout2d(0.2)", (3, 5, 4), 1),
    ("nn.EmbeddingBag(7, 3)", [[1, 0, 6, 2], [5, 5, 1, 0]], 4),
    ("nn.EmbeddingBag(7, 3, mode='sum')", [[1, 0, 6, 2], [5, 5, 1, 0]], 4),
    ("nn.EmbeddingBag(7, 3, mode='max')", [[1, 0, 6, 2], [5, 5, 1, 0]], 1),
]


def recorded(tensor):
    tensor = tensor.detach().contiguous()
    size, form = (8, "q") if tensor.dtype == torch.int64 else (4, "f")
    bits = [struct.pack(">" + form, value).hex() for value in tensor.flatten().tolist()]
    return {"dtype": str(tensor.dtype)[6:], "shape": list(tensor.shape), "bits": bits}


def case(number, call, given, terms):
    """Made after manual_seed(number); then the input is drawn, and the layer trains once and infers once.

    Dropout's masks in training are not recorded: 2.1.1 draws others, which rng.json holds.
    """
    torch.manual_seed(number)
    module = eval(call)
    parameters = {name: recorded(tensor) for name, tensor in module.named_parameters()}
    x = torch.tensor(given) if isinstance(given, list) else torch.randn(given)
    trained = module(x)
    inferred = module.eval()(x)
    return {
        "call": call, "seed": number, "terms": terms, "parameters": parameters, "input": recorded(x),
        "trained": None if "Dropout" in call else recorded(trained), "inferred": recorded(inferred),
        "buffers": {name: recorded(tensor) for name, tensor in module.named_buffers()},
    }


cases = [case(number, *call) for number, call in enumerate(CALLS)]
lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in cases)
print(f'{{"torch":"{torch.__version__.split("+")[0]}","cases":[\n{lines}\n]}}')
