"""The ``summ`` command: one small file a command, errors as one line."""

from __future__ import annotations

import io
import sys
from typing import Annotated, Any

import typer

from ..errors import ConfigError, InputError, ModelError, SummError
from ..version import __version__
from . import batch, doctor, eval, eval_run, models, report, run, summarize, translate

app = typer.Typer(
    name="summ",
    help="Arabic articles in; a faithful Arabic summary, an English translation and an English summary out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


# Newer versions of typer carry a click of their own; either way this is the parent of BadParameter.
_UsageError: Any = typer.BadParameter.__base__


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"summ {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


app.command("run")(run.run)
app.command("summarize")(summarize.summarize)
app.command("translate")(translate.translate)
app.command("batch")(batch.batch)
app.command("doctor")(doctor.doctor)
app.command("report")(report.report)
app.add_typer(models.app, name="models", help="The catalog of models.")
eval.app.command("run")(eval_run.run)
app.add_typer(eval.app, name="eval", help="Score summaries and translations, compare systems.")
app.add_typer(batch.jobs_app, name="jobs", help="Look after the output folders of batch jobs.")


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 the run failed, 2 wrong usage or input, 3 some records were set aside."""
    for stream in (sys.stdout, sys.stderr):
        # Arabic must come out whole under any locale and in any pipe.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        sys.exit(app(standalone_mode=False))
    except SummError as error:
        print(f"summ: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, InputError | ConfigError | ModelError) else 1)
    except _UsageError as error:
        message, context = error.format_message(), error.ctx
        if message:
            print(f"summ: {message} (see {context.command_path if context else 'summ'} --help)", file=sys.stderr)
        else:
            error.show()  # no command at all: the help
        sys.exit(2)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        sys.stderr.close()
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except OSError as error:
        print(f"summ: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
