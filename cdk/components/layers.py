"""The Lambda layers, built for the stage's interpreter and platform."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.config import Stage
from layers.build import Target, build_layers


class Layers(Construct):
    """One layer version a group of `[tool.geoclimate.layers]`."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.by_group = {
            group: lambda_.LayerVersion(
                self,
                group.capitalize(),
                code=lambda_.Code.from_asset(str(layer.path), asset_hash=layer.digest),
                description=f"Locked requirements of the {group} group for Python {stage.python}",
                compatible_architectures=[architecture_of(stage)],
                compatible_runtimes=[runtime_of(stage)],
            )
            for group, layer in build_layers(Target(stage.layer_target, stage.python)).items()
        }


def runtime_of(stage: Stage) -> lambda_.Runtime:
    """The functions' runtime."""
    return lambda_.Runtime(f"python{stage.python}", lambda_.RuntimeFamily.PYTHON, supports_snap_start=stage.snap_start)


def architecture_of(stage: Stage) -> lambda_.Architecture:
    """The functions' machine."""
    return lambda_.Architecture.ARM_64 if stage.architecture == "arm64" else lambda_.Architecture.X86_64
