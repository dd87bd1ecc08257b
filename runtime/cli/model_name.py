"""The option that names a model, which a shell completes."""

import click
from click.shell_completion import CompletionItem

from samesong.runtime.inference.bundle import bundled_models


class ModelName(click.Path):
    """The name of a bundled model, or the folder of another one."""

    name = "model"

    def __init__(self) -> None:
        super().__init__(readable=False)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the bundled models that begin so, and ask for folders otherwise.

        Parameters
        ----------
        ctx : click.Context
            Unused.
        param : click.Parameter
            Unused.
        incomplete : str
            What was typed.

        Returns
        -------
        list of CompletionItem
            For the shell.
        """
        del ctx, param
        names = [name for name in bundled_models() if name.startswith(incomplete)]
        if names:
            return [CompletionItem(name) for name in names]
        return [CompletionItem(incomplete, type="dir")]
