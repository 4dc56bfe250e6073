"""How an operator's command ends: 0, or 1 with one clear sentence."""

import sys
from collections.abc import Callable
from typing import Final

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from geoclimate.domain.errors import GeoClimateError
from local.cloud import CloudError
from local.place import STAGE
from local.target import Target, TargetError

UNANSWERED: Final = (Boto3Error, BotoCoreError, ClientError, ResponseParserError)
"""What a service raises that cannot be asked, refuses, or is no service of AWS at all."""


class CommandError(Exception):
    """A command did not do what was asked; the message says why."""


def run_command(stage: str, body: Callable[[Target], None]) -> int:
    """Run a command on a stage; what goes wrong is said in a sentence, never by a stack trace."""
    try:
        body(Target.of_stage(stage))
    except (CloudError, TargetError, CommandError, GeoClimateError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except UNANSWERED as error:
        print(f"error: {unanswered(stage, error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    return 0


def unanswered(stage: str, error: Exception) -> str:
    """What to say where a stage does not answer, and what to do about it."""
    hint = (
        "`make up` starts the local cloud; of one on another port, give GEOCLIMATE_PORT here too"
        if stage == STAGE
        else "account and region are those of your credentials: AWS_PROFILE and AWS_REGION"
    )
    return f"{stage} does not answer as it should ({error}): {hint}"
