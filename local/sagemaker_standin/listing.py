"""The List calls: filters, order and pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from local.sagemaker_standin.errors import invalid
from local.sagemaker_standin.state import Document

_DEFAULT_PAGE = 10


def page(documents: Iterable[Document], request: Document, name: str, status: str | None) -> tuple[list[Document], str]:
    """Give the documents that a List request asks for, and the token of the next page (empty at the end).

    Args:
        documents: All resources of the kind.
        request: The request: NameContains, StatusEquals, times, SortBy, SortOrder, MaxResults, NextToken.
        name: The member that holds a document's name.
        status: The member that holds its status, where the kind has one.

    Raises:
        ServiceError: The token is not one of ours.
    """
    found = [document for document in documents if _wanted(document, request, name, status)]
    by = {"Name": name, "Status": status or name}.get(request.get("SortBy", ""), "CreationTime")
    found.sort(key=lambda document: (document[by], document[name]), reverse=request.get("SortOrder") != "Ascending")
    token = request.get("NextToken", "0")
    if not token.isdigit():
        raise invalid(f"Invalid NextToken {token!r}")
    start, size = int(token), request.get("MaxResults", _DEFAULT_PAGE)
    return found[start : start + size], str(start + size) if start + size < len(found) else ""


def _wanted(document: Document, request: Document, name: str, status: str | None) -> bool:
    if request.get("NameContains", "").lower() not in document[name].lower():
        return False
    if status and "StatusEquals" in request and document[status] != request["StatusEquals"]:
        return False
    return all(_in_time(document, request, member) for member in ("CreationTime", "LastModifiedTime"))


def _in_time(document: Document, request: Document, member: str) -> bool:
    stamp: Any = document.get(member)
    if stamp is None:
        return True
    after, before = request.get(f"{member}After"), request.get(f"{member}Before")
    return (after is None or stamp > after) and (before is None or stamp < before)
