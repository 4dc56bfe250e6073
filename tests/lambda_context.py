"""What Lambda hands to a handler beside the event."""

from typing import cast

from aws_lambda_powertools.utilities.typing import LambdaContext


class _Context:
    function_name = "geoclimate-test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:geoclimate-test"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


CONTEXT = cast("LambdaContext", _Context())
