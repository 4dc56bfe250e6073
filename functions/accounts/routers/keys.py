"""`/v1/keys`: the account's own keys."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from functions.accounts.bootstrap import KeyDeskDependency
from geoclimate.contracts.http import NoQuery
from geoclimate.contracts.keys import (
    ChangeKeyRequest,
    CreateKeyRequest,
    KeyAnswer,
    KeyId,
    KeysAnswer,
    KeyState,
    NewKeyAnswer,
    RotatedKeyAnswer,
    RotateKeyRequest,
)
from geoclimate.contracts.problems import DOMAIN_PROBLEMS, INVALID_BODY, INVALID_QUERY
from geoclimate.domain.account_errors import TooManyKeys, UnknownKey
from geoclimate.domain.api_keys import ApiKey
from geoclimate.domain.errors import Conflict, InvalidBody
from geoclimate.runtime.web.caller import caller_of
from geoclimate.runtime.web.guarded_route import GuardedRoute, requires
from geoclimate.runtime.web.idempotency import answered_once
from geoclimate.runtime.web.locations import LOCATION, location_docs, location_of
from geoclimate.runtime.web.problem_docs import problem_responses
from geoclimate.services.manage_keys import (
    KeyChanges,
    KeyDesk,
    change_key,
    create_key,
    find_key,
    list_keys,
    revoke_key,
    rotate_key,
)

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=GuardedRoute)

_UNKNOWN = DOMAIN_PROBLEMS[UnknownKey]
_TOO_MANY = DOMAIN_PROBLEMS[TooManyKeys]
_CONFLICT = DOMAIN_PROBLEMS[Conflict]
_MADE: Final[dict[int | str, dict[str, Any]]] = {201: location_docs("The new key")}


@router.get(
    "", summary="List keys", response_description="The account's keys.", responses=problem_responses(INVALID_QUERY)
)
@requires("keys:manage")
async def get_keys(request: Request, desk: KeyDeskDependency, _: Annotated[NoQuery, Query()]) -> KeysAnswer:
    """The keys of your account, without their values: those were told once."""
    keys = list_keys(desk, caller_of(request.scope).account)
    return KeysAnswer(keys=tuple(_answer(desk, key) for key in keys))


@router.post(
    "",
    status_code=201,
    summary="Create a key",
    response_description="The key with its value, which is told only now.",
    responses={**problem_responses(_TOO_MANY, _CONFLICT, INVALID_BODY, INVALID_QUERY), **_MADE},
)
@requires("keys:manage")
@answered_once
async def post_key(
    request: Request,
    response: Response,
    body: CreateKeyRequest,
    desk: KeyDeskDependency,
    _: Annotated[NoQuery, Query()],
) -> NewKeyAnswer:
    """A key in the usage plan of your account. Keep its value: nothing tells it again."""
    key, value = create_key(desk, caller_of(request.scope).account, body.name, body.expires_at)
    response.headers[LOCATION] = location_of(request, f"/v1/keys/{key.key_id}")
    return _new(desk, key, value)


@router.get(
    "/{key}",
    summary="Read a key",
    response_description="The key.",
    responses=problem_responses(_UNKNOWN, INVALID_QUERY),
)
@requires("keys:manage")
async def get_key(request: Request, key: KeyId, desk: KeyDeskDependency, _: Annotated[NoQuery, Query()]) -> KeyAnswer:
    """One key of your account, without its value."""
    return _answer(desk, find_key(desk, caller_of(request.scope).account, key))


@router.patch(
    "/{key}",
    summary="Name a key, or set its end",
    response_description="The key as it is now.",
    responses=problem_responses(_UNKNOWN, _CONFLICT, INVALID_BODY, INVALID_QUERY),
)
@requires("keys:manage")
async def patch_key(
    request: Request,
    key: KeyId,
    body: ChangeKeyRequest,
    desk: KeyDeskDependency,
    _: Annotated[NoQuery, Query()],
) -> KeyAnswer:
    """Changes what the body names. The end may be moved or taken away as long as the key has not reached it."""
    changes: KeyChanges = {}
    if body.name is not None:
        changes["name"] = body.name
    if "expires_at" in body.model_fields_set:
        changes["expires_at"] = body.expires_at
    if not changes:
        raise InvalidBody("", "The body names nothing to change: give 'name', 'expires_at' or both.")
    return _answer(desk, change_key(desk, caller_of(request.scope).account, key, changes))


@router.post(
    "/{key}/rotate",
    status_code=201,
    summary="Replace a key",
    response_description="The new key with its value, which is told only now, and the old one.",
    responses={**problem_responses(_UNKNOWN, _TOO_MANY, _CONFLICT, INVALID_BODY, INVALID_QUERY), **_MADE},
)
@requires("keys:manage")
@answered_once
async def rotate(
    request: Request,
    response: Response,
    key: KeyId,
    desk: KeyDeskDependency,
    _: Annotated[NoQuery, Query()],
    body: RotateKeyRequest | None = None,
) -> RotatedKeyAnswer:
    """A new key of the same name. The old one still works for 24 hours and then ends by itself.

    Revoke the old one to end it now.
    """
    expires_at = None if body is None else body.expires_at
    after, old, value = rotate_key(desk, caller_of(request.scope).account, key, expires_at)
    response.headers[LOCATION] = location_of(request, f"/v1/keys/{after.key_id}")
    return RotatedKeyAnswer(key=_new(desk, after, value), replaced=_answer(desk, old))


@router.delete(
    "/{key}",
    status_code=204,
    summary="Revoke a key",
    response_description="The key is useless from now on.",
    responses=problem_responses(_UNKNOWN, INVALID_QUERY),
)
@requires("keys:manage")
async def delete_key(request: Request, key: KeyId, desk: KeyDeskDependency, _: Annotated[NoQuery, Query()]) -> None:
    """Ends a key at once, for ever. What it was used for stays in the usage."""
    revoke_key(desk, caller_of(request.scope).account, key)


def _answer(desk: KeyDesk, key: ApiKey) -> KeyAnswer:
    return KeyAnswer(**_members(desk, key))


def _new(desk: KeyDesk, key: ApiKey, value: str) -> NewKeyAnswer:
    return NewKeyAnswer(**_members(desk, key), value=value)


def _members(desk: KeyDesk, key: ApiKey) -> dict[str, object]:
    state: KeyState = "active"
    if key.expired(desk.clock()):
        state = "expired"
    elif key.replaced_by is not None:
        state = "replaced"
    return {
        "id": key.key_id,
        "name": key.name,
        "plan": key.plan,
        "state": state,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "replaced_by": key.replaced_by,
    }
