"""Messages that were being worked on when the server ended are worked on again."""

from collections.abc import Callable
from typing import Any

from ministack.services import sqs

from local.sagemaker_standin.patching import private, replace


def give_messages_back_at_start() -> None:
    """A message that was received before the server ended stays hidden until its visibility timeout has passed.

    Of uploads that is 90 minutes. In AWS the poller of a function's queue outlives the function, sees that it failed,
    and gives the message back at once; here the poller ends with the server, and so does every function that held a
    message.
    """
    replace(sqs, "load_persisted_state", _giving_back)


def _giving_back(load: Callable[[Any], None]) -> Callable[[Any], None]:
    def loaded(data: Any) -> None:
        load(data)
        for _, queue in private(sqs, "_queues").all_items():
            for message in queue["messages"]:
                if message.get("receive_count", 0) > 0:
                    message["visible_at"] = 0.0

    return loaded
