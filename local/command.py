"""How an operator's command ends: 0, or 1 with one clear sentence."""

import sys
from collections.abc import Callable

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from geoclimate.domain.errors import GeoClimateError
from local.cloud import CloudError
from local.place import STAGE
from local.target import Target, TargetError


class CommandError(Exception):
    """A command did not do what was asked; the message says why."""


def run_command(stage: str, body: Callable[[Target], None]) -> int:
    """Run a command on a stage; what goes wrong is said in a sentence, never by a stack trace."""
    try:
        body(Target.of_stage(stage))
    except (CloudError, TargetError, CommandError, GeoClimateError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (Boto3Error, BotoCoreError, ClientError) as error:
        hint = ": `make up` starts the local cloud" if stage == STAGE else ""
        print(f"error: {stage} does not answer as it should ({error}){hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    return 0
