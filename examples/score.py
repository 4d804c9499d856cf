"""ROUGE of two summaries against their references, with a signature. Run it as it stands: python examples/score.py"""

from __future__ import annotations

from summ.eval import rouge

hypotheses = ["افتتحت البلدية جسرا جديدا في الميناء.", "ارتفعت أسعار القمح هذا الأسبوع."]
references = ["افتتحت بلدية الميناء جسرا جديدا صباح الأحد.", "سجلت أسعار القمح ارتفاعا جديدا."]
scores = rouge(hypotheses, references, lang="ar")
for name in ("rouge1", "rouge2", "rougeL"):
    low, high = scores[name].interval
    print(f"{name}: {100 * scores[name].fmeasure:.1f} [{100 * low:.1f}, {100 * high:.1f}]")
print(scores.signature)
