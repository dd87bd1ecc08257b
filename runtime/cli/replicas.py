"""The value of ``--replicas``: how many there are of each shard, always or as load demands."""

import re

import click

_REPLICAS = re.compile(r"([1-9]\d*)(?:-([1-9]\d*))?", re.ASCII)


class Replicas(click.ParamType[tuple[int, int]]):
    """A number, or a range of which load chooses: converts to the least and the most.

    Examples
    --------
    >>> Replicas().convert("2", None, None), Replicas().convert("1-4", None, None)
    ((2, 2), (1, 4))
    """

    name = "replicas"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return the least and the most replicas.

        Parameters
        ----------
        value : object
            As it was typed.
        param : click.Parameter, optional
            The option.
        ctx : click.Context, optional
            The context.

        Returns
        -------
        tuple of int
            Both the same for a number.

        Raises
        ------
        click.BadParameter
            If it is neither, or the second is below the first.
        """
        found = _REPLICAS.fullmatch(str(value))
        least = int(found[1]) if found else 0
        most = int(found[2] or least) if found else 0
        if not 1 <= least <= most:
            self.fail(
                f"{value!r} is no number of replicas: give one from 1 on, such as 2, or a range, "
                "such as 1-4",
                param,
                ctx,
            )
        return least, most
