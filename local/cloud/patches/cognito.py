"""Signing in and up: codes that have to be read, and challenges that belong to a sign-in."""

import json
import secrets
import time
from collections.abc import Callable
from typing import Any, Final

from ministack.core.responses import error_response_json
from ministack.services import cognito

from local.sagemaker_standin.patching import private, replace

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[[dict[str, Any]], Answer]
Sessions = dict[str, tuple[str, str, float]]
"""Of each session: what was asked, of whom, and until when it waits."""

_CODES: Final = 1_000_000
_SESSION_S: Final = 180
"""How long Cognito waits for an answer, unless the client of the pool says otherwise."""
_OK: Final = 200
_CHALLENGES: Final = frozenset({"SOFTWARE_TOKEN_MFA", "NEW_PASSWORD_REQUIRED"})


def draw_verification_codes() -> None:
    """Every sign-up is sent the code 123456 and every lost password 654321, so nobody has to read the message.

    Each message gets a code of its own; the message lies where MiniStack keeps all mail, `make mail` prints it.
    """
    replace(cognito, "_send_verification_email", _with_a_drawn_code)


def tie_challenges_to_sign_ins() -> None:
    """An answer to a challenge is taken without the sign-in before it: a new password without the old one.

    An answer must bring the session that a sign-in of the same user was given within the last three minutes, and be to
    what that sign-in asked: a new password in place of the second factor's code would sign in without it.
    """
    sessions: Sessions = {}
    for name in ("_initiate_auth", "_admin_initiate_auth"):
        replace(cognito, name, lambda begin: _remembering(begin, sessions))
    for name in ("_respond_to_auth_challenge", "_admin_respond_to_auth_challenge"):
        replace(cognito, name, lambda go_on: _checking(go_on, sessions))


def _with_a_drawn_code(send: Callable[..., Any]) -> Callable[..., Any]:
    def send_drawn(pool: dict[str, Any], username: str, attributes: Any, _: str, attribute_name: str = "email") -> Any:
        code = f"{secrets.randbelow(_CODES):06d}"
        user, _error = private(cognito, "_resolve_user")(pool, username)
        if user is not None:
            user["_reset_code" if attribute_name == "password" else "_confirmation_code"] = code
        return send(pool, username, attributes, code, attribute_name)

    return send_drawn


def _remembering(begin: Handler, sessions: Sessions) -> Handler:
    def initiate(data: dict[str, Any]) -> Answer:
        answer = begin(data)
        asked = _body(answer)
        if asked.get("ChallengeName") in _CHALLENGES:
            name = str(data.get("AuthParameters", {}).get("USERNAME"))
            sessions[asked["Session"]] = (asked["ChallengeName"], _subject(data, name), time.monotonic() + _SESSION_S)
        return answer

    return initiate


def _checking(go_on: Handler, sessions: Sessions) -> Handler:
    def respond(data: dict[str, Any]) -> Answer:
        if data.get("ChallengeName") not in _CHALLENGES:
            return go_on(data)
        session = str(data.get("Session"))
        asked, subject, until = sessions.get(session, ("", "", 0.0))
        name = str(data.get("ChallengeResponses", {}).get("USERNAME"))
        theirs = subject != "" and (asked, subject) == (data["ChallengeName"], _subject(data, name))
        if not theirs or until < time.monotonic():
            refusal: Answer = error_response_json("NotAuthorizedException", "Invalid session for the user.", 400)
            return refusal
        answer = go_on(data)
        if answer[0] == _OK:
            del sessions[session]
        return answer

    return respond


def _subject(data: dict[str, Any], name: str) -> str:
    """Pool and name of the user that a request means, by whichever name it is called; empty where there is none."""
    pool, pool_id = private(cognito, "_pool_for_client")(data.get("ClientId"))
    user = private(cognito, "_resolve_user")(pool, name)[0] if pool is not None else None
    return "" if user is None else f"{pool_id} {user['Username']}"


def _body(answer: Answer) -> dict[str, Any]:
    if answer[0] != _OK:
        return {}
    body: dict[str, Any] = json.loads(answer[2])
    return body
