"""``samesong features``: list the installed front ends."""

import click

from samesong.features.errors import FrontEndError
from samesong.features.frontend import front_end_names, get_front_end
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import complain, print_json
from samesong.runtime.cli.table import print_table


@click.command(cls=Command)
@json_option
def features(as_json: bool) -> int:
    """List the installed front ends, samesong's own and those of other packages."""
    specs = []
    failed = 0
    for name in front_end_names():
        try:
            specs.append(get_front_end(name).spec)
        except FrontEndError as error:
            complain(str(error))
            failed += 1
    if as_json:
        print_json([spec.to_dict() for spec in specs])
    else:
        print_table(
            ["name", ">version", ">sample rate", ">hop", ">bins", ">bins per octave", ">frame"],
            [
                [
                    spec.name,
                    spec.version,
                    f"{spec.sample_rate} Hz",
                    spec.hop,
                    spec.n_bins,
                    spec.bins_per_octave,
                    f"{spec.frame_period:g} s",
                ]
                for spec in specs
            ],
        )
    return after(len(specs), failed)
