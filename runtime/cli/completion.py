"""``samesong completion``: what a shell needs to complete commands, options and files."""

import click
from click.shell_completion import (
    BashComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from samesong.runtime.cli.command import Command

_REGISTER = "    compdef _samesong_completion samesong"
_LOAD = "    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }"


class _Bash(BashComplete):
    """Completes ``--option=value`` too, which bash hands over as three words."""

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        return [word for word in args if word != "="], incomplete


class _Zsh(ZshComplete):
    """Loads completion where ~/.zshrc has not; without it the script could not register."""

    def source(self) -> str:
        return super().source().replace(_REGISTER, f"{_LOAD}\n{_REGISTER}")


def register() -> None:
    """Have Click complete with what is said here, both in scripts and in what these ask for."""
    add_completion_class(_Bash)
    add_completion_class(_Zsh)


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script with which SHELL completes samesong's commands, options and files.

    For bash, add this line to ~/.bashrc: eval "$(samesong completion bash)"

    For zsh, the same with zsh to ~/.zshrc.

    For fish: samesong completion fish > ~/.config/fish/completions/samesong.fish
    """
    root = click.get_current_context().find_root().command
    register()
    found = get_completion_class(shell)
    assert found is not None  # one of the choices
    click.echo(found(root, {}, "samesong", "_SAMESONG_COMPLETE").source())
