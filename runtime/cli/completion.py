"""``samesong completion``: what a shell needs to complete commands, options and files."""

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
    get_completion_class,
)

from samesong.runtime.cli.command import Command

_REGISTER = "    compdef _samesong_completion samesong"
_LOAD = "    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }"

_RESPONSE = "    response=("
_VALUE = "    compset -P 1 '--*='"
_ADD = "compadd -U"
_ADD_TO_OPTION = 'compadd -U -i "$IPREFIX"'

_PATHS = "__fish_complete_path $metadata[2];"
_PATHS_OF_OPTION = """set -l word (string match --regex '^((?:--[^=]+=)?)(.*)$' -- $metadata[2]);
            for path in (__fish_complete_path $word[3]);
                printf '%s\\n' $word[2]$path;
            end;"""


class _Bash(BashComplete):
    """Completes ``--option=value`` too, which bash hands over as three words."""

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        return [word for word in args if word != "="], incomplete


class _Zsh(ZshComplete):
    """Loads completion where ~/.zshrc has not; without it the script could not register.

    Of ``--option=value``, it replaces the value alone.
    """

    def source(self) -> str:
        source = super().source().replace(_REGISTER, f"{_LOAD}\n{_REGISTER}")
        return source.replace(_RESPONSE, f"{_VALUE}\n{_RESPONSE}").replace(_ADD, _ADD_TO_OPTION)


class _Fish(FishComplete):
    """Completes ``--option=value`` too, which fish takes as a whole only."""

    def source(self) -> str:
        return super().source().replace(_PATHS, _PATHS_OF_OPTION)

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[str]]:
        option, equals, _ = incomplete.partition("=")
        found = super().get_completions(args, incomplete)
        if equals and option.startswith("--"):
            for one in found:
                one.value = f"{option}={one.value}"
        return found


def register() -> None:
    """Have Click complete with what is said here, both in scripts and in what these ask for."""
    add_completion_class(_Bash)
    add_completion_class(_Zsh)
    add_completion_class(_Fish)


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
