"""The commands behind ``make up``, ``make down``, ``make status``..."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import typer
from rich.console import Console

from include.local.settings import Settings, SettingsError

if TYPE_CHECKING:
    from include.local.stack import Stack

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="The local stack.")
console = Console(highlight=False, soft_wrap=True)
P = ParamSpec("P")


def known_errors() -> tuple[type[Exception], ...]:
    """Errors whose message is made for the person at the terminal; anything else shows its trace."""
    from include.local.airflow_home import AirflowHomeError
    from include.local.artifacts import ArtifactError
    from include.local.demo import DemoFailed
    from include.local.ports import PortTaken
    from include.local.postgres import PostgresError
    from include.local.privileges import PrivilegeError
    from include.local.stack import StackError
    from include.local.supervisor import SupervisorError

    return (
        AirflowHomeError,
        ArtifactError,
        DemoFailed,
        PortTaken,
        PostgresError,
        PrivilegeError,
        StackError,
        SupervisorError,
        SettingsError,
    )


def told(command: Callable[P, None]) -> Callable[P, None]:
    """Show a known error as its message alone, on stderr, with exit code 1."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except known_errors() as error:
            Console(stderr=True, highlight=False, soft_wrap=True).print(f"\n{error}", markup=False, style="red")
            raise typer.Exit(1) from None

    return run


@app.command()
@told
def up() -> None:
    """Start every server and component; returns when all are healthy."""
    from include.local.progress import Board
    from include.local.stack import Stack

    began = time.monotonic()
    stack = Stack(Settings.load())
    with Board() as board:
        stack.up(board)
    console.print(f"up in {time.monotonic() - began:.1f} s")
    show_status(stack)


@app.command()
@told
def down() -> None:
    """Stop everything; the data stays."""
    from include.local.stack import Stack

    Stack(Settings.load()).down()
    console.print("down")


@app.command()
@told
def status() -> None:
    """One line per server and component; exit code 1 when one is not well."""
    from include.local.stack import Stack

    if not show_status(Stack(Settings.load())):
        raise typer.Exit(1)


@app.command()
@told
def env() -> None:
    """Shell lines that tell other tools where everything is."""
    for name, value in Settings.load().exports().items():
        print(f"export {name}={shlex.quote(value)}")


@app.command()
@told
def logs() -> None:
    """Follow the logs of all servers."""
    settings = Settings.load()
    files = sorted(str(path) for path in settings.logs_dir.glob("*.log"))
    if not files:
        raise SettingsError(f"There are no logs in {settings.logs_dir} yet: make up")
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])  # noqa: S606, S607 - in place of ourselves


@app.command()
@told
def reset(force: bool = typer.Option(False, envvar="FORCE")) -> None:
    """Stop everything and remove the data of this clone's stack."""
    from include.local.stack import Stack

    settings = Settings.load()
    if not force and not (sys.stdin.isatty() and typer.confirm(f"Remove all data under {settings.home}?")):
        raise SettingsError("Nothing removed. make reset FORCE=1 removes without asking.")
    Stack(settings).reset()
    console.print("reset: the next make up starts empty")


@app.command()
@told
def demo() -> None:
    """Bring everything up, run the whole chain, and show that every number agrees with the next."""
    from include.local.demo import run_demo

    run_demo(Settings.load())


def show_status(stack: Stack) -> bool:
    """Print the status lines and how to log in; whether everything is well."""
    well = True
    for line in stack.status():
        well &= line.health.well
        mark = "ok " if line.health.well else "-- "
        detail = ", ".join(filter(None, (line.state, line.health.detail)))
        console.print(f"{mark} {line.name:18} {line.address or '-':32} {detail}", style=None if line.health.well else "red", markup=False)
    console.print(
        f"\nAirflow: {stack.settings.airflow_url}  user admin  password {stack.settings.secrets.airflow_users['admin']}", markup=False
    )
    return well
