"""`python -m looplab` is the `looplab` command."""

import sys

from looplab.cli import main

sys.exit(main())
