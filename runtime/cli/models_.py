"""``samesong models``: list the bundled models."""

import click

from samesong.features.errors import BundleError
from samesong.runtime.cli.command import Command
from samesong.runtime.cli.exit_codes import after
from samesong.runtime.cli.options import json_option
from samesong.runtime.cli.output import complain, print_json
from samesong.runtime.cli.table import print_table
from samesong.runtime.inference.bundle import DEFAULT_MODEL, ModelBundle, bundled_models


@click.command(cls=Command)
@json_option
def models(as_json: bool) -> int:
    """List the bundled models; --model takes such a name, or the folder of another model."""
    bundles = []
    failed = 0
    for name in bundled_models():
        try:
            bundles.append(ModelBundle.load(name))
        except BundleError as error:
            complain(str(error))
            failed += 1
    if as_json:
        print_json([_describe(bundle) for bundle in bundles])
    else:
        print_table(
            ["name", ">default", "front end", "preset", ">created", "?>fingerprint", "?path"],
            [
                [
                    bundle.manifest.name,
                    "yes" if bundle.path.name == DEFAULT_MODEL else "",
                    bundle.spec.name,
                    bundle.manifest.preset,
                    bundle.manifest.created,
                    bundle.fingerprint,
                    bundle.path,
                ]
                for bundle in bundles
            ],
        )
    return after(len(bundles), failed)


def _describe(bundle: ModelBundle) -> dict[str, object]:
    manifest = bundle.manifest
    return {
        "name": manifest.name,
        "default": bundle.path.name == DEFAULT_MODEL,
        "path": str(bundle.path),
        "preset": manifest.preset,
        "created": manifest.created,
        "fingerprint": bundle.fingerprint,
        "front_end": bundle.spec.to_dict(),
        "chroma_front_end": manifest.chroma_front_end,
        "calibration": manifest.fitted.calibration.model_dump(),
        "training": manifest.training,
        "accuracy": manifest.accuracy,
    }
