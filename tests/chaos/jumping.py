"""A romekit whose wall clock jumps: `python jumping.py FILE serve …`; FILE says by how many seconds it is wrong.

What jumps is `time.time` in that process, where everything here takes the time of day from. The steady clock does not
jump, as no machine's does: asyncio's timers and time-outs go by that one.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path


def jump(file: Path, right: Callable[[], float] = time.time) -> None:
    """Let the time of day be what it is and what the file says, read anew each time."""
    time.time = lambda: right() + float(file.read_text() or 0)


if __name__ == "__main__":
    jump(Path(sys.argv.pop(1)))
    from romekit.cli.main import main

    main()
