"""The CDK app: `cdk -c stage=local|dev|prod`, as `cdk.json` runs it (`python -m cdk.app`)."""

import sys

import aws_cdk as cdk
from cdk_nag import AwsSolutionsChecks

from cdk.config import stage_named
from cdk.stacks.geoclimate import GeoClimateStack
from layers.build import LayerError


def build_app(app: cdk.App) -> GeoClimateStack:
    """The stage's stack, with cdk-nag's AWS Solutions rules on it: a finding that nobody answered for fails the synth.

    Raises:
        ValueError: The context names no stage, or one that does not exist.
        LayerError: A layer cannot be built.
    """
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return GeoClimateStack(app, stage=stage_named(str(app.node.try_get_context("stage"))))


def main() -> int:
    """Synthesize where the CDK command line wants it; 1 and one clear line where the request cannot be met."""
    app = cdk.App()
    try:
        build_app(app)
    except (ValueError, LayerError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
