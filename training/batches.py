"""Encoded pairs as batches in an order that is known beforehand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import torch

PAD = 1


class Corpus:
    """Encoded pairs; ``batches(epoch)`` is a pure function of the seed and the epoch, which makes resuming exact."""

    def __init__(self, work: Path, budget: int, seed: int) -> None:
        z = np.load(work / "corpus.npz")
        self.source, self.target = z["source"], z["target"]
        self.source_lengths, self.target_lengths = z["source_lengths"], z["target_lengths"]
        self.source_starts = np.concatenate([[0], np.cumsum(self.source_lengths)])
        self.target_starts = np.concatenate([[0], np.cumsum(self.target_lengths)])
        self.origin, self.copies, self.budget, self.seed = z["origin"], z["copies"], budget, seed
        self.points: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
        if (work / "align.npz").exists():
            a = np.load(work / "align.npz")
            self.points = (np.concatenate([[0], np.cumsum(a["count"])]), a["source"], a["target"])

    def order(self) -> str:
        """A fingerprint of all that ``batches`` depends on."""
        digest = hashlib.sha256(f"{self.budget} {self.seed}".encode())
        for part in (self.source, self.target, self.source_lengths, self.target_lengths, self.origin, self.copies):
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()[:16]

    def batches(self, epoch: int) -> list[np.ndarray]:
        rng = np.random.default_rng([self.seed, epoch])
        copies = self.copies[self.origin]
        times = np.floor(copies).astype(int) + (rng.random(len(copies)) < copies % 1)
        order: np.ndarray = np.repeat(np.arange(len(copies)), times)
        rng.shuffle(order)
        longest = np.maximum(self.source_lengths, self.target_lengths)
        made: list[np.ndarray] = []
        for block in np.array_split(order, max(1, len(order) // 40_000)):
            block = block[np.lexsort((self.source_lengths[block], self.target_lengths[block]))]
            start, widest = 0, 0
            for i, item in enumerate(block):
                widest = max(widest, longest[item])
                if widest * (i - start + 1) > self.budget and i > start:
                    made.append(block[start:i])
                    start, widest = i, longest[item]
            made.append(block[start:])
        return [made[i] for i in rng.permutation(len(made))]

    def _pad(self, ids: np.ndarray, starts: np.ndarray, lengths: np.ndarray, batch: np.ndarray) -> torch.Tensor:
        out = np.full((len(batch), lengths[batch].max()), PAD, np.int64)
        for row, i in enumerate(batch):
            out[row, : lengths[i]] = ids[starts[i] : starts[i + 1]]
        return torch.from_numpy(out)

    def tensors(self, batch: np.ndarray) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        x = self._pad(self.source, self.source_starts, self.source_lengths, batch)
        y = self._pad(self.target, self.target_starts, self.target_lengths, batch)
        if self.points is None:
            return x, y, None
        starts, s, t = self.points
        spans = [np.arange(starts[i], starts[i + 1]) for i in batch]
        flat = np.concatenate(spans)
        rows: np.ndarray = np.repeat(np.arange(len(batch)), [len(p) for p in spans])
        return x, y, torch.from_numpy(np.stack([rows, t[flat], s[flat]]).astype(np.int64))
