"""Trains shapes-blip from scratch on drawn scenes and writes the folder that `from_pretrained` loads.

    python train.py --output .. --cache /some/folder --autocast

The drawn scenes take 1.3 GB in the cache folder and stay there for the next run.

One processor core is enough. Everything is seeded: the same versions on the same kind of processor repeat the run.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import (BertTokenizerFast, BlipConfig, BlipForConditionalGeneration, BlipImageProcessor,
                          BlipProcessor)

from scenes import PROMPT, VOCABULARY, Scene

IMAGE_SIZE = 64  # pixels
LONGEST = 20  # ids; the longest caption has 17 with the first and the stop id

# Shares of scenes with one, two and three shapes: at the start of the run, and from a quarter of it on.
EARLY, LATE = (0.55, 0.30, 0.15), (0.10, 0.35, 0.55)


def configuration():
    """A plain BLIP, small enough for less than 3 MB in float32."""
    words = VOCABULARY
    shared = dict(hidden_size=96, num_attention_heads=4, initializer_range=0.05, projection_dim=96)
    # As in the public checkpoints, the two ids after the vocabulary begin a caption ([DEC]) and a pair ([ENC]).
    text = dict(shared, vocab_size=len(words) + 2, bos_token_id=len(words), sep_token_id=words.index("[SEP]"),
                eos_token_id=words.index("[SEP]"), pad_token_id=0, encoder_hidden_size=96, intermediate_size=192,
                num_hidden_layers=2, max_position_embeddings=32,
                hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    vision = dict(shared, image_size=IMAGE_SIZE, patch_size=8, intermediate_size=256, num_hidden_layers=3)
    return BlipConfig(text_config=text, vision_config=vision, projection_dim=96, image_text_hidden_size=96)


def processor(folder):
    """Writes the vocabulary into `folder` and makes the processor of it."""
    vocabulary = Path(folder) / "vocab.txt"
    vocabulary.write_text("\n".join(VOCABULARY) + "\n")
    tokenizer = BertTokenizerFast(vocab_file=str(vocabulary), do_lower_case=True, model_max_length=32)
    images = BlipImageProcessor(size={"height": IMAGE_SIZE, "width": IMAGE_SIZE})
    return BlipProcessor(images, tokenizer)


def caption_ids(tokenizer, caption):
    """`[DEC] a picture of ... [SEP]`, padded with zeros to `LONGEST`."""
    ids = [len(VOCABULARY), *tokenizer(caption)["input_ids"][1:]]
    return ids + [0] * (LONGEST - len(ids))


def training_set(cache, count, tokenizer):
    """`count` scenes as resized uint8 pictures, caption ids and numbers of shapes; drawn once, then read again."""
    file = Path(cache) / f"scenes-{IMAGE_SIZE}-{count}.npz"
    if not file.exists():
        pictures = np.empty((count, IMAGE_SIZE, IMAGE_SIZE, 3), np.uint8)
        ids, shapes = np.empty((count, LONGEST), np.int64), np.empty(count, np.int64)
        for number in range(count):
            scene = Scene.sample("train", number)
            pictures[number] = scene.draw().resize((IMAGE_SIZE, IMAGE_SIZE), Image.BICUBIC)
            ids[number], shapes[number] = caption_ids(tokenizer, scene.caption), len(scene.shapes)
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, pictures=pictures, ids=ids, shapes=shapes)
    data = np.load(file)
    return data["pictures"], torch.from_numpy(data["ids"]), data["shapes"]


def batches(shapes, size, steps, rng):
    """Index batches, easy scenes first."""
    groups = [np.flatnonzero(shapes == n) for n in (1, 2, 3)]
    for step in range(steps):
        late = min(1.0, step / (0.25 * steps))
        shares = [a + (b - a) * late for a, b in zip(EARLY, LATE)]
        counts = rng.multinomial(size, shares)
        yield np.concatenate([rng.choice(group, count) for group, count in zip(groups, counts)])


def pixel_values(pictures, mean, std, generator):
    """Normalised pictures with a little noise and a change of brightness, so that no exact shade is learned."""
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
    x = x * (1 + 0.04 * torch.randn((len(x), 1, 1, 1), generator=generator))
    x = x + 0.015 * torch.randn(x.shape, generator=generator)
    return (x - mean) / std


def loss_of(model, pixels, ids):
    """Mean cross-entropy of the next id, over the caption and its stop id."""
    ids = ids[:, :int((ids != 0).sum(1).max())]
    features = model.vision_model(pixel_values=pixels).last_hidden_state
    logits = model.text_decoder(input_ids=ids[:, :-1], encoder_hidden_states=features).logits.float()
    targets = ids[:, 1:].masked_fill(ids[:, 1:] == 0, -100)
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten())


def learning_rate(step, steps, peak):
    warm = min(1.0, (step + 1) / 400)
    return peak * warm * 0.5 * (1 + math.cos(math.pi * step / steps))


def save(model, files, folder):
    """Writes the output layer's weight on its own, for versions that do not tie it to the embedding.

    Its bias goes in once, under the name that the public checkpoints use.
    """
    weights = {name: value.detach().clone() for name, value in model.state_dict().items()}
    del weights["text_decoder.cls.predictions.decoder.bias"]
    model.save_pretrained(folder, state_dict=weights, safe_serialization=True)
    files.save_pretrained(folder)


def train(options):
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    rng, noise = np.random.default_rng(options.seed), torch.Generator().manual_seed(options.seed)
    Path(options.output).mkdir(parents=True, exist_ok=True)
    files = processor(options.output)
    pictures, ids, shapes = training_set(options.cache, options.scenes, files.tokenizer)
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (files.image_processor.image_mean,
                                                             files.image_processor.image_std))
    model = BlipForConditionalGeneration(configuration()).train()
    text = model.text_decoder
    text.cls.predictions.decoder.weight = text.bert.embeddings.word_embeddings.weight
    print(sum(p.numel() for p in model.parameters()), "parameters", flush=True)
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), weight_decay=0.01)
    began, recent = time.time(), []
    for step, chosen in enumerate(batches(shapes, options.batch, options.steps, rng)):
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(step, options.steps, options.rate)
        pixels = pixel_values(pictures[chosen], mean, std, noise)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.autocast):
            loss = loss_of(model, pixels, ids[chosen])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        recent.append(loss.item())
        if (step + 1) % options.report == 0:
            print(f"{step + 1:6} {np.mean(recent):.5f} {time.time() - began:6.0f} s", flush=True)
            recent = []
        if (step + 1) % (10 * options.report) == 0:
            save(model, files, options.output)
    save(model, files, options.output)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", required=True, help="folder to write the model into")
    parser.add_argument("--cache", required=True, help="folder for the drawn training scenes")
    parser.add_argument("--scenes", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=8_000)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--rate", type=float, default=1.5e-3, help="highest learning rate")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--report", type=int, default=100, help="steps between two lines of progress")
    parser.add_argument("--autocast", action="store_true", help="multiply in bfloat16, where the processor can")
    train(parser.parse_args())
