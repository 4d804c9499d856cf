"""``python -m summ``: the command, where no script ``summ`` is on the path."""

from .cli.app import main

if __name__ == "__main__":
    main()
