"""How a patch adds to what MiniStack's CloudFormation does with one resource type."""

from collections.abc import Callable
from typing import Any

from ministack.services.cloudformation import provisioners

from local.sagemaker_standin.patching import private

Properties = dict[str, Any]
Apply = Callable[[str, Properties, Properties], None]
Answer = tuple[int, Any, Any]


def apply_after(resource_type: str, apply: Apply) -> None:
    """Call `apply(physical_id, properties, earlier properties)` after each create and update of the type.

    What it raises fails the resource, as it would in AWS.
    """
    handler = private(provisioners, "_RESOURCE_HANDLERS")[resource_type]
    create, update = handler["create"], handler["update"]

    def created(logical_id: str, properties: Properties, stack_name: str) -> Any:
        result = create(logical_id, properties, stack_name)
        apply(result[0], properties, {})
        return result

    def updated(physical_id: str, earlier: Properties, properties: Properties, *rest: Any) -> Any:
        result = update(physical_id, earlier, properties, *rest)
        apply(result[0], properties, earlier)
        return result

    handler["create"], handler["update"] = created, updated


def require_success(answer: Answer, what: str) -> None:
    """Fail the resource where the service refused.

    Raises:
        ValueError: The service's answer is an error; CloudFormation takes it for the reason of the failure.
    """
    status, _, body = answer
    if status >= 400:
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        raise ValueError(f"{what}: {text}")
