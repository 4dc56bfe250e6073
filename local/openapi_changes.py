"""What of an OpenAPI document would break callers of an earlier one.

A caller is broken where an operation, a parameter, a property of an answer or a status is gone, where something new
must be sent, or where less is taken than before. More answers, operations and things that may be sent break nobody.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

_DEPTH: Final = 12
"""Schemas that hold themselves are followed so far."""
_TIGHTER_WHERE_SMALLER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")
_TIGHTER_WHERE_GREATER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")

Document = Mapping[str, Any]


def breaking_changes(before: Document, after: Document) -> list[str]:
    """One sentence for each change that breaks a caller; none where all callers go on."""
    return list(_paths(before, after))


def _paths(before: Document, after: Document) -> Iterator[str]:
    for path, operations in before["paths"].items():
        for method, operation in operations.items():
            where = f"{method.upper()} {path}"
            now = after["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{where} is gone"
                continue
            yield from _operation(where, (before, operation), (after, now))


def _operation(where: str, before: tuple[Document, Any], after: tuple[Document, Any]) -> Iterator[str]:
    (old, was), (new, now) = before, after
    if was.get("operationId") != now.get("operationId"):
        yield f"{where}: its operation id was {was.get('operationId')} and is {now.get('operationId')}"
    known = {_name(old, one): _resolved(old, one) for one in was.get("parameters", ())}
    given = {_name(new, one): _resolved(new, one) for one in now.get("parameters", ())}
    for name, parameter in known.items():
        if name not in given:
            yield f"{where}: the parameter {name} is gone"
        else:
            if given[name].get("required") and not parameter.get("required"):
                yield f"{where}: the parameter {name} must be given now"
            yield from _taken(f"{where}: {name}", (old, parameter["schema"]), (new, given[name]["schema"]))
    for name, parameter in given.items():
        if name not in known and parameter.get("required"):
            yield f"{where}: the new parameter {name} must be given"
    yield from _body(where, before, after)
    yield from _answers(where, before, after)


def _body(where: str, before: tuple[Document, Any], after: tuple[Document, Any]) -> Iterator[str]:
    (old, was), (new, now) = before, after
    known, given = was.get("requestBody"), now.get("requestBody")
    if given is not None and given.get("required") and not (known or {}).get("required"):
        yield f"{where}: a body must be sent now"
    for kind, content in (known or {}).get("content", {}).items():
        if given is None or kind not in given["content"]:
            yield f"{where}: a body of {kind} is not taken any more"
        else:
            yield from _taken(f"{where}: the body", (old, content["schema"]), (new, given["content"][kind]["schema"]))


def _answers(where: str, before: tuple[Document, Any], after: tuple[Document, Any]) -> Iterator[str]:
    (old, was), (new, now) = before, after
    for status, answer in was["responses"].items():
        given = now["responses"].get(status)
        if given is None:
            # Errors are told apart by their type; one that is not met any more breaks nobody.
            if status.startswith("2"):
                yield f"{where}: the answer {status} is gone"
            continue
        for kind, content in answer.get("content", {}).items():
            if kind not in given.get("content", {}):
                yield f"{where}: {status} is not given as {kind} any more"
            elif "schema" in content:
                there = given["content"][kind].get("schema", {})
                yield from _told(f"{where}: {status}", (old, content["schema"]), (new, there))


def _taken(where: str, before: tuple[Document, Any], after: tuple[Document, Any], depth: int = 0) -> Iterator[str]:
    """What is sent: it may not get narrower."""
    (old, _), (new, _) = before, after
    was, now = _resolved(*before), _resolved(*after)
    if depth > _DEPTH:
        return
    yield from _narrower(where, was, now)
    for name in now.get("required", ()):
        if name not in was.get("required", ()):
            yield f"{where}: {name} must be sent now"
    for name, property_ in was.get("properties", {}).items():
        there = now.get("properties", {}).get(name)
        if there is None:
            yield f"{where}: {name} is not taken any more"
        else:
            yield from _taken(f"{where}: {name}", (old, property_), (new, there), depth + 1)
    if "items" in was and "items" in now:
        yield from _taken(f"{where}: each item", (old, was["items"]), (new, now["items"]), depth + 1)


def _narrower(where: str, was: Any, now: Any) -> Iterator[str]:
    """Values that were taken and are not any more."""
    if fewer := [value for value in was.get("enum", ()) if "enum" in now and value not in now["enum"]]:
        yield f"{where} does not take {', '.join(map(repr, fewer))} any more"
    if "enum" in now and "enum" not in was and "const" not in was:
        yield f"{where} takes only some values now"
    for limit in _TIGHTER_WHERE_SMALLER:
        if limit in now and now[limit] < was.get(limit, float("inf")):
            yield f"{where}: {limit} is {now[limit]} and was {was.get(limit, 'not set')}"
    for limit in _TIGHTER_WHERE_GREATER:
        if limit in now and now[limit] > was.get(limit, float("-inf")):
            yield f"{where}: {limit} is {now[limit]} and was {was.get(limit, 'not set')}"
    yield from _of_another_kind(where, was, now, ("integer", "number"))


def _told(where: str, before: tuple[Document, Any], after: tuple[Document, Any], depth: int = 0) -> Iterator[str]:
    """What is answered: nothing may be missing, and nothing may be of a kind that was not there before."""
    (old, _), (new, _) = before, after
    was, now = _resolved(*before), _resolved(*after)
    if depth > _DEPTH:
        return
    yield from _of_another_kind(where, was, now, ("number", "integer"))
    # Callers decide by the values that they know.
    if "enum" in was and (more := [value for value in now.get("enum", ()) if value not in was["enum"]]):
        yield f"{where} can be {', '.join(map(repr, more))} now"
    nullable = {"type": "null"}
    if nullable in now.get("anyOf", ()) and nullable not in was.get("anyOf", ()):
        yield f"{where} can be null now"
    for name, property_ in was.get("properties", {}).items():
        there = now.get("properties", {}).get(name)
        if there is None:
            yield f"{where}: {name} is gone"
            continue
        if name in was.get("required", ()) and name not in now.get("required", ()):
            yield f"{where}: {name} may be missing now"
        yield from _told(f"{where}: {name}", (old, property_), (new, there), depth + 1)
    if "items" in was and "items" in now:
        yield from _told(f"{where}: each item", (old, was["items"]), (new, now["items"]), depth + 1)


def _of_another_kind(where: str, was: Any, now: Any, harmless: tuple[str, str]) -> Iterator[str]:
    kinds = was.get("type"), now.get("type")
    if None not in kinds and kinds[0] != kinds[1] and kinds != harmless:
        yield f"{where} is a {kinds[1]} and was a {kinds[0]}"


def _name(document: Document, parameter: Any) -> str:
    one = _resolved(document, parameter)
    return f"{one['in']} {one['name']}"


def _resolved(document: Document, node: Any) -> Any:
    """What a reference leads to; of a value that may be null, its kind where it is not."""
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    others = [one for one in node.get("anyOf", ()) if one != {"type": "null"}]
    if len(others) == 1:
        return {**_resolved(document, others[0]), "anyOf": node["anyOf"]}
    return node
