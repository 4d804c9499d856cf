"""The network and what trains it: shape and start, Muon, cross-entropy in slices, the loss of the guided head."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from transformers import M2M100Config, M2M100ForConditionalGeneration

PAD, EOS = 1, 0


def shape(vocabulary: int, width: int, encoder_layers: int, decoder_layers: int, dropout: float = 0.0) -> M2M100Config:
    """M2M100's layout: pre-norm, sinusoidal positions, one matrix for both embeddings and the output; 64 a head."""
    return M2M100Config(
        vocab_size=vocabulary, d_model=width, encoder_layers=encoder_layers, decoder_layers=decoder_layers,
        encoder_attention_heads=width // 64, decoder_attention_heads=width // 64, encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width, max_position_embeddings=512, pad_token_id=PAD, eos_token_id=EOS, bos_token_id=EOS,
        decoder_start_token_id=EOS, forced_eos_token_id=EOS, scale_embedding=True, activation_function="relu",
        dropout=dropout, attention_dropout=0.0, activation_dropout=0.0, encoder_layerdrop=0.0, decoder_layerdrop=0.0,
        attn_implementation="sdpa" if torch.cuda.is_available() else "eager",  # on a CPU, sdpa's backward is slow
    )  # fmt: skip


def new_model(config: M2M100Config) -> M2M100ForConditionalGeneration:
    """Matrices Xavier, each block's last matrix zero: every layer starts as the identity."""
    model = M2M100ForConditionalGeneration(config)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if name.endswith(("out_proj.weight", "fc2.weight")):
                p.zero_()
            elif p.ndim == 2 and "shared" not in name and "embed" not in name:
                torch.nn.init.xavier_uniform_(p)
        torch.nn.init.normal_(model.model.shared.weight, std=config.d_model**-0.5)
        model.model.shared.weight[PAD] = 0
    return model


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised by five Newton-Schulz steps (https://kellerjordan.github.io/posts/muon/)."""

    def __init__(self, parameters: list[torch.nn.Parameter], lr: float, momentum: float = 0.95) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            alike: dict[tuple[int, ...], list[tuple[torch.Tensor, torch.Tensor]]] = {}
            for p in group["params"]:
                mean = self.state[p].setdefault("mean", torch.zeros_like(p))
                mean.lerp_(p.grad, 1 - group["momentum"])
                alike.setdefault(tuple(p.shape), []).append((p, p.grad.lerp(mean, group["momentum"])))
            for (rows, columns), members in alike.items():
                x = torch.stack([u for _, u in members])
                x = x.mT if rows > columns else x
                x = (x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)).bfloat16()
                for _ in range(5):
                    a = x @ x.mT
                    x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
                x = (x.mT if rows > columns else x).float()
                for (p, _), update in zip(members, x, strict=True):
                    p.add_(update, alpha=-group["lr"] * max(1, rows / columns) ** 0.5)


class LinearCrossEntropy(torch.autograd.Function):
    """Label-smoothed cross-entropy of ``hidden @ weight.T``, its gradient made on the way, a slice of rows at a time.

    The whole matrix of logits (thousands of rows by the vocabulary) is never held: on a CPU, passing over it half a
    dozen times costs more than the multiplications.
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, target: torch.Tensor, smoothing: float
    ) -> torch.Tensor:
        h, w = hidden.bfloat16(), weight.bfloat16()
        rows, vocabulary = len(h), len(w)
        grad_hidden, grad_weight = torch.empty_like(h), torch.zeros_like(weight)
        loss = torch.zeros((), device=h.device)
        size = 512 if h.device.type == "cpu" else 8192
        for i in range(0, rows, size):
            part, gold = h[i : i + size], target[i : i + size, None]
            logits = (part @ w.T).float()
            picked, log_sum = logits.gather(1, gold), logits.logsumexp(1, keepdim=True)
            loss += (log_sum - (1 - smoothing) * picked - smoothing * logits.mean(1, keepdim=True)).sum()
            grad = logits.sub_(log_sum).exp_().sub_(smoothing / vocabulary)
            grad.scatter_add_(1, gold, torch.full_like(picked, smoothing - 1))
            grad = grad.mul_(1 / rows).bfloat16()
            grad_hidden[i : i + len(part)] = grad @ w
            grad_weight += grad.T @ part
        ctx.save_for_backward(grad_hidden, grad_weight)
        return loss / rows

    @staticmethod
    def backward(ctx: Any, upstream: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, None, None]:  # type: ignore[override]
        grad_hidden, grad_weight = ctx.saved_tensors
        return (upstream * grad_hidden).float(), upstream * grad_weight, None, None


class AlignedHead:
    """Keeps what enters the first decoder layer's cross-attention, and gives the loss of its first head."""

    def __init__(self, model: M2M100ForConditionalGeneration) -> None:
        self.attention: Any = model.model.decoder.layers[0].encoder_attn
        self.attention.register_forward_pre_hook(self._keep, with_kwargs=True)

    def _keep(self, _module: Any, args: Any, kwargs: dict[str, Any]) -> None:
        self.queries = kwargs["hidden_states"] if "hidden_states" in kwargs else args[0]
        self.keys = kwargs["key_value_states"] if "key_value_states" in kwargs else args[1]

    def loss(self, mask: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
        q_proj, k_proj = self.attention.q_proj, self.attention.k_proj
        q = F.linear(self.queries, q_proj.weight[:64], q_proj.bias[:64])
        k = F.linear(self.keys, k_proj.weight[:64], k_proj.bias[:64])
        scores = (q @ k.mT).float() / 8
        logs = F.log_softmax(scores.masked_fill(~mask[:, None, :], -1e9), -1)
        return -logs[points[0], points[1], points[2]].mean()
