"""The metrics once more, as plain loops over one query: slow, and without NumPy.

They take ``relevance``: of every ranked item, best first, 1 for a right answer and 0 for others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def hit_rate(relevance: Sequence[int], k: int) -> float:
    return 1.0 if 1 in relevance[:k] else 0.0


def precision(relevance: Sequence[int], k: int) -> float:
    return sum(relevance[:k]) / k


def recall(relevance: Sequence[int], k: int) -> float:
    return sum(relevance[:k]) / min(sum(relevance), k)


def f1(relevance: Sequence[int], k: int) -> float:
    found = sum(relevance[:k])
    if not found:
        return 0.0
    of_shown, of_all = found / k, found / sum(relevance)
    return 2 * of_shown * of_all / (of_shown + of_all)


def average_precision(relevance: Sequence[int]) -> float:
    return average_precision_at(relevance, len(relevance), sum(relevance))


def average_precision_at(relevance: Sequence[int], k: int, divisor: int | None = None) -> float:
    total = 0.0
    for i in range(1, min(k, len(relevance)) + 1):
        if relevance[i - 1]:
            total += sum(relevance[:i]) / i
    return total / (min(sum(relevance), k) if divisor is None else divisor)


def average_precision_trapezoid(relevance: Sequence[int]) -> float:
    total = 0.0
    precision_before = 1.0
    for i in range(1, len(relevance) + 1):
        precision_here = sum(relevance[:i]) / i
        if relevance[i - 1]:
            total += (precision_before + precision_here) / 2
        precision_before = precision_here
    return total / sum(relevance)


def r_precision(relevance: Sequence[int]) -> float:
    return sum(relevance[: sum(relevance)]) / sum(relevance)


def average_precision_at_r(relevance: Sequence[int]) -> float:
    return average_precision_at(relevance, sum(relevance), sum(relevance))


def reciprocal_rank(relevance: Sequence[int]) -> float:
    return 1 / (list(relevance).index(1) + 1)


def ndcg(gains: Sequence[int], k: int) -> float:
    def dcg(ordered: Sequence[int]) -> float:
        return sum(gain / math.log2(i + 1) for i, gain in enumerate(ordered[:k], start=1))

    return dcg(gains) / dcg(sorted(gains, reverse=True))


def scores(gains: Sequence[int], cutoffs: Sequence[int]) -> dict[str, float]:
    """Every metric by its name; ``gains`` are 2 for right answers, 1 for related, 0 for others."""
    relevance = [int(gain == 2) for gain in gains]
    found = {
        "mAP": average_precision(relevance),
        "mAP-trapezoid": average_precision_trapezoid(relevance),
        "R-precision": r_precision(relevance),
        "MAP@R": average_precision_at_r(relevance),
        "MRR": reciprocal_rank(relevance),
    }
    for k in cutoffs:
        found |= {
            f"R@{k}": hit_rate(relevance, k),
            f"P@{k}": precision(relevance, k),
            f"recall@{k}": recall(relevance, k),
            f"F1@{k}": f1(relevance, k),
            f"mAP@{k}": average_precision_at(relevance, k),
            f"nDCG@{k}": ndcg(gains, k),
        }
    return found


def cosine(first: Sequence[float], second: Sequence[float]) -> float:
    """Rounded, so that equal angles are equal numbers."""
    dot = sum(a * b for a, b in zip(first, second, strict=True))
    return round(dot / (math.hypot(*first) * math.hypot(*second)), 9)


def pooled_average_precision(
    confidences: Sequence[float], correct: Sequence[bool], answerable: int
) -> float:
    total = 0.0
    for confidence, right in zip(confidences, correct, strict=True):
        if right:
            shown = [
                c for other, c in zip(confidences, correct, strict=True) if other >= confidence
            ]
            total += sum(shown) / len(shown)
    return total / answerable


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    wins = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in inside for b in outside)
    return wins / (len(inside) * len(outside))
