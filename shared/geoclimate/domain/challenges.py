"""What may be asked of somebody whose password was right, before they are signed in."""

from typing import Literal

ChallengeName = Literal["SOFTWARE_TOKEN_MFA", "NEW_PASSWORD_REQUIRED"]
"""Cognito's names: the code of an authenticator, or a password of one's own in place of an administrator's."""
