"""Shapes of signing up and in; what is secret is in no repr, and so in no log."""

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from geoclimate.domain.challenges import ChallengeName
from geoclimate.domain.passwords import LONGEST_PASSWORD

_LONGEST_TOKEN: Final = 16_384
_ADDRESS: Final = r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+$"


def _address(value: object) -> object:
    """Refuse in plain words what the pattern would refuse by showing itself."""
    if isinstance(value, str) and re.fullmatch(_ADDRESS, value) is None:
        raise PydanticCustomError("address", "must be an address such as ada@example.org")
    return value


Email = Annotated[
    str,
    # Cognito takes 128 characters; case does not matter in an address, and one account must not become two.
    StringConstraints(pattern=_ADDRESS, max_length=128, to_lower=True),
    BeforeValidator(_address),
    Field(description="E-mail address of the account.", examples=["ada@example.org"]),
]
Password = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LONGEST_PASSWORD,
        description="The password.",
        json_schema_extra={"format": "password", "writeOnly": True},
        examples=["Correct-horse-7-battery"],
    ),
]
Code = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="The six digits of the message.", examples=["123456"])]
Shown = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="What the authenticator shows.", examples=["123456"])]
AccessToken = Annotated[
    str,
    Field(min_length=1, max_length=_LONGEST_TOKEN, description="The access token of a sign-in."),
]
RefreshToken = Annotated[
    str,
    Field(min_length=1, max_length=_LONGEST_TOKEN, description="The refresh token of a sign-in."),
]


class _Secretive(BaseModel):
    """A body that no log shows, since it holds what only its sender may know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def __repr__(self) -> str:
        """The name alone."""
        return f"{type(self).__name__}(...)"

    __str__ = __repr__


class Credentials(_Secretive):
    """Body of `POST /v1/auth/sign-up` and `/sign-in`."""

    email: Email
    password: Password


class AddressRequest(_Secretive):
    """Body of `POST /v1/auth/resend` and `/forgot-password`."""

    email: Email


class ConfirmRequest(_Secretive):
    """Body of `POST /v1/auth/confirm`."""

    email: Email
    code: Code


class ResetRequest(_Secretive):
    """Body of `POST /v1/auth/reset-password`."""

    email: Email
    code: Code
    password: Password


class ChallengeRequest(_Secretive):
    """Body of `POST /v1/auth/challenge`: the answer is a code or a new password, as the challenge asks."""

    email: Email
    challenge: Annotated[ChallengeName, Field(description="What was asked.")]
    session: Annotated[
        str, Field(min_length=20, max_length=2_048, description="The session that the sign-in answered.")
    ]
    code: Annotated[Shown | None, Field(description="For `SOFTWARE_TOKEN_MFA`.")] = None
    password: Annotated[Password | None, Field(description="For `NEW_PASSWORD_REQUIRED`.")] = None


class RefreshRequest(_Secretive):
    """Body of `POST /v1/auth/refresh`."""

    refresh_token: RefreshToken


class AccessRequest(_Secretive):
    """Body of what is proven by an access token."""

    access_token: AccessToken


class SwitchOnRequest(_Secretive):
    """Body of `POST /v1/auth/mfa/verify`."""

    access_token: AccessToken
    code: Shown


class AcceptedAnswer(BaseModel):
    """Answer where it must not be told whether the address has an account."""

    model_config = ConfigDict(frozen=True)

    detail: Annotated[str, Field(description="What happens next, the same for every address.")]


class TokensAnswer(BaseModel):
    """Tokens of a caller who has signed in."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["tokens"] = "tokens"
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: Annotated[int, Field(description="Seconds that the ID and the access token are valid.")]
    id_token: Annotated[str, Field(description="Goes into `Authorization: Bearer <token>` of every request.")]
    access_token: Annotated[str, Field(description="For `/v1/auth/sign-out` and `/v1/auth/mfa`.")]
    refresh_token: Annotated[
        str | None, Field(description="Gets new tokens for 30 days; null where yours goes on being valid.")
    ]


class ChallengeAnswer(BaseModel):
    """What is asked of a caller whose password was right; `POST /v1/auth/challenge` takes the answer."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["challenge"] = "challenge"
    challenge: Annotated[ChallengeName, Field(description="What is asked for.")]
    session: Annotated[str, Field(description="Goes with the answer, within three minutes.")]


class SecretAnswer(BaseModel):
    """A secret for an authenticator; it is told once."""

    model_config = ConfigDict(frozen=True)

    secret: Annotated[str, Field(description="Base32, to type it in.")]
    uri: Annotated[str, Field(description="`otpauth:` address, to show as a QR code.")]
