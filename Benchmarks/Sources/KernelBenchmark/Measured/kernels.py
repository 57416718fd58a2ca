"""PyTorch's side of the kernel benchmark: for each line `THREADS WORDS...` the seconds of one such operation."""

import sys
import time

import torch

functional = torch.nn.functional


def operation(words):
    sizes = [int(word) for word in words if word.isdigit()]
    dtype = torch.bfloat16 if "bfloat16" in words else torch.float32

    def random(*shape):
        return torch.randn(shape).to(dtype)

    if words[0] == "linear":
        x, weight, bias = random(sizes[0], sizes[1]), random(sizes[2], sizes[1]), random(sizes[2])
        return lambda: functional.linear(x, weight, bias)
    if words[0] == "convolution":
        kernel, stride, padding, groups = sizes[5:]
        x, weight = random(*sizes[:4]), random(sizes[4], sizes[1] // groups, kernel, kernel)
        return lambda: functional.conv2d(x, weight, stride=stride, padding=padding, groups=groups)
    if words[0] == "attention":
        heads, queries, keys, features = sizes
        q, k, v = (random(1, heads, length, features) for length in (queries, keys, keys))
        return lambda: functional.scaled_dot_product_attention(q, k, v)
    if words[0] == "cat-of-4":
        parts = [random(*sizes) for _ in range(4)]
        return lambda: torch.cat(parts, 1)
    if words[0] == "gather":
        table, places = random(*sizes), torch.randint(0, sizes[1], sizes)
        return lambda: table.gather(1, places)
    x, y, z = random(*sizes), random(*sizes), random(*sizes)
    weight, bias, positive = random(sizes[-1]), random(sizes[-1]), x.abs()
    return {
        "softmax": lambda: x.softmax(-1),
        "softmax-of-columns": lambda: x.softmax(1),
        "layernorm": lambda: functional.layer_norm(x, sizes[-1:], weight, bias),
        "gelu": lambda: functional.gelu(x),
        "exp": lambda: x.exp(),
        "tanh": lambda: x.tanh(),
        "sin": lambda: x.sin(),
        "log1p": lambda: positive.log1p(),
        "softplus": lambda: functional.softplus(x),
        "normal": lambda: torch.randn(sizes),
        "narrow": lambda: x.to(torch.bfloat16),
        "widen": lambda: x.to(torch.float32),
        "add": lambda: x + y,
        "chain": lambda: (x * y + z).relu(),
        "sum": lambda: x.sum(),
        "add-of-a-row": lambda: x + weight,
    }[words[0]]


def seconds(body):
    """Runs often enough for 20 ms, once the other side's threads, if any still wait for work, have given up."""
    time.sleep(0.05)
    body()
    start, count = time.perf_counter(), 0
    while True:
        body()
        count += 1
        elapsed = time.perf_counter() - start
        if elapsed >= 0.02:
            return elapsed / count


def main():
    print(f"PyTorch {torch.__version__}", flush=True)
    known = {}
    with torch.inference_mode():
        for line in sys.stdin:
            words = line.split()
            name = " ".join(words[1:])
            if name not in known:
                known = {name: operation(words[1:])}
            torch.set_num_threads(int(words[0]))
            print(seconds(known[name]), flush=True)


main()
