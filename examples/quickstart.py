"""One article, the three texts. Run it as it stands: python examples/quickstart.py [ARTICLE]"""

from __future__ import annotations

import sys
from pathlib import Path

import summ

path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("ant-group.txt")
result = summ.Pipeline.load()(path.read_text("utf-8"))
assert result.summary and result.translation and result.english_summary
print(result.summary.text, result.english_summary.text, sep="\n\n")
print(f"\n{len(result.translation.segments)} sentences translated; where the summary comes from:")
for segment in result.summary.segments:
    print(f"  characters {segment.start} to {segment.end}")
for notice in result.notices[:5]:
    print(f"note: {notice.message}")
