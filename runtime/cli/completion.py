"""``samesong completion``: what a shell needs to complete commands, options and files."""

import click
from click.shell_completion import get_completion_class

from samesong.runtime.cli.command import Command


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script with which SHELL completes samesong's commands, options and files.

    For bash, add this line to ~/.bashrc: eval "$(samesong completion bash)"

    For zsh, the same with zsh to ~/.zshrc.

    For fish: samesong completion fish > ~/.config/fish/completions/samesong.fish
    """
    root = click.get_current_context().find_root().command
    found = get_completion_class(shell)
    assert found is not None  # one of the choices
    click.echo(found(root, {}, "samesong", "_SAMESONG_COMPLETE").source())
