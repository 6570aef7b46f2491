#!/usr/bin/env python3
"""Plain masked-diffusion decoding in PyTorch's Python API: what bench/engine is held against.

A model of the Dream architecture with random weights, one row, one token a step, most confident first, no cache. Prints
tokens per second. With --head all every position goes through the output head, as in Dream's own code; with --head masked
only the masked ones do.
"""

import argparse
import time
from typing import List, Tuple

import torch
import torch.nn.functional as F


class Layer:
    def __init__(self, a: argparse.Namespace, options: dict) -> None:
        def matrix(rows: int, columns: int) -> torch.Tensor:
            return torch.randn(rows, columns, **options) / columns**0.5

        d = a.hidden // a.heads
        self.q, self.k, self.v = matrix(a.hidden, a.hidden), matrix(a.kv_heads * d, a.hidden), matrix(a.kv_heads * d, a.hidden)
        self.bias = [torch.zeros(m.shape[0], **options) for m in (self.q, self.k, self.v)]
        self.o, self.down = matrix(a.hidden, a.hidden), matrix(a.hidden, a.intermediate)
        self.gate, self.up = matrix(a.intermediate, a.hidden), matrix(a.intermediate, a.hidden)
        self.norms = [torch.ones(a.hidden, **options) for _ in range(2)]


def norm(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    wide = x.float()
    return weight * (wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + 1e-6)).to(x.dtype)


def turned(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class Model:
    def __init__(self, a: argparse.Namespace) -> None:
        options = {"device": a.device, "dtype": getattr(torch, a.dtype)}
        self.a, self.options = a, options
        self.embedding = torch.randn(a.vocabulary, a.hidden, **options)
        self.layers: List[Layer] = [Layer(a, options) for _ in range(a.layers)]
        self.norm = torch.ones(a.hidden, **options)
        self.head = 4 * torch.randn(a.vocabulary, a.hidden, **options) / a.hidden**0.5

    def rotation(self, length: int) -> Tuple[torch.Tensor, torch.Tensor]:
        d = self.a.hidden // self.a.heads
        angles = 1e6 ** -(torch.arange(0, d, 2, device=self.a.device).float() / d)
        turn = torch.outer(torch.arange(length, device=self.a.device).float(), angles).repeat(1, 2)
        return turn.cos().to(self.options["dtype"]), turn.sin().to(self.options["dtype"])

    def hidden(self, ids: torch.Tensor) -> torch.Tensor:
        a = self.a
        batch, length = ids.shape
        x = F.embedding(ids, self.embedding)
        cos, sin = self.rotation(length)
        for layer in self.layers:
            h = norm(x, layer.norms[0])
            q, k, v = (
                F.linear(h, w, b).view(batch, length, -1, a.hidden // a.heads).transpose(1, 2)
                for w, b in zip((layer.q, layer.k, layer.v), layer.bias)
            )
            q, k = turned(q, cos, sin), turned(k, cos, sin)
            k, v = (t.repeat_interleave(a.heads // a.kv_heads, dim=1) for t in (k, v))
            seen = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, length, a.hidden)
            x = x + F.linear(seen, layer.o)
            h = norm(x, layer.norms[1])
            x = x + F.linear(F.silu(F.linear(h, layer.gate)) * F.linear(h, layer.up), layer.down)
        return norm(x, self.norm)


def decode(model: Model, a: argparse.Namespace) -> None:
    mask = a.vocabulary - 1
    ids = torch.cat([torch.arange(a.prompt) * 31 % 8000, torch.full((a.new_tokens,), mask)]).unsqueeze(0).to(a.device)
    for _ in range(a.new_tokens):
        masked = ids == mask
        hidden = model.hidden(ids)
        hidden = torch.cat([hidden[:, :1], hidden[:, :-1]], dim=1)
        if a.head == "all":
            logits = F.linear(hidden, model.head)[masked]
        else:
            logits = F.linear(hidden[masked], model.head)
        logits[:, mask] = -torch.inf
        confidence, tokens = logits.float().softmax(-1).max(-1)
        best = confidence.argmax()
        ids[0, masked[0].nonzero()[best]] = tokens[best]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("hidden", "intermediate", "layers", "heads", "kv-heads", "vocabulary", "prompt", "new-tokens"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--head", choices=("all", "masked"), default="all")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", default="float32")
    a = parser.parse_args()
    with torch.inference_mode():
        model = Model(a)
        model.hidden(torch.zeros((1, a.prompt + a.new_tokens), dtype=torch.long, device=a.device))
        start = time.perf_counter()
        decode(model, a)
        print(a.new_tokens / (time.perf_counter() - start))


if __name__ == "__main__":
    main()
