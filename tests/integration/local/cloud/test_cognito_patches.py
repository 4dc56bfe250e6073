"""Signing up and in on the local cloud: each patch seen from outside, and MiniStack's own answer without it."""

import re
from typing import Any

import httpx
from botocore.exceptions import ClientError

from tests.integration.local.cloud.cases import cases, name_of
from tests.integration.local.cloud.servers import Clouds, Server

Name = str | None
PASSWORD = "Correct-horse-7"
CHOSEN = "Chosen-by-another-8"


class Pool:
    """A user pool with a client, and one of its users."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cognito = server.client("cognito-idp")
        self.address = f"{name_of('ada')}@example.org"
        self.id = self.cognito.create_user_pool(PoolName=name_of("users"), UsernameAttributes=["email"])["UserPool"][
            "Id"
        ]
        self.client = self.cognito.create_user_pool_client(
            UserPoolId=self.id,
            ClientName="consumers",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
            PreventUserExistenceErrors="ENABLED",
        )["UserPoolClient"]["ClientId"]

    def sign_up(self) -> None:
        self.cognito.sign_up(
            ClientId=self.client,
            Username=self.address,
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": self.address}],
        )

    def codes(self) -> list[str]:
        kept = httpx.get(f"{self.server.url}/_ministack/ses/messages", trust_env=False).json()["messages"]
        mine = [message for messages in kept.values() for message in messages if self.address in message["To"]]
        return re.findall(r"\b\d{6}\b", " ".join(message["BodyText"] for message in mine))

    def sign_in(self, password: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.cognito.initiate_auth(
            ClientId=self.client,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": self.address, "PASSWORD": password},
        )
        return answer

    def choose_password(self, session: str) -> str:
        try:
            self.cognito.respond_to_auth_challenge(
                ClientId=self.client,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses={"USERNAME": self.address, "NEW_PASSWORD": CHOSEN},
            )
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "signed in"


@cases("draw_verification_codes", right="CodeMismatchException", wrong="confirmed")
def test_nobody_confirms_an_address_without_its_message(clouds: Clouds, left_out: Name, expected: str) -> None:
    pool = Pool(clouds(left_out))
    pool.sign_up()
    try:
        pool.cognito.confirm_sign_up(ClientId=pool.client, Username=pool.address, ConfirmationCode="123456")
        seen = "confirmed"
    except ClientError as error:
        seen = error.response["Error"]["Code"]
    assert seen == expected


def test_the_newest_message_confirms_and_resets(server: Server) -> None:
    pool = Pool(server)
    pool.sign_up()
    pool.cognito.resend_confirmation_code(ClientId=pool.client, Username=pool.address)
    *_, newest = pool.codes()
    pool.cognito.confirm_sign_up(ClientId=pool.client, Username=pool.address, ConfirmationCode=newest)
    pool.cognito.forgot_password(ClientId=pool.client, Username=pool.address)
    *_, newest = pool.codes()
    pool.cognito.confirm_forgot_password(
        ClientId=pool.client, Username=pool.address, ConfirmationCode=newest, Password=CHOSEN
    )
    assert "AuthenticationResult" in pool.sign_in(CHOSEN)


@cases("tie_challenges_to_sign_ins", right="NotAuthorizedException", wrong="signed in")
def test_nobody_answers_a_challenge_that_was_not_asked(clouds: Clouds, left_out: Name, expected: str) -> None:
    pool = Pool(clouds(left_out))
    pool.sign_up()
    pool.cognito.admin_confirm_sign_up(UserPoolId=pool.id, Username=pool.address)
    assert pool.choose_password("x" * 30) == expected


def test_a_challenge_is_answered_once_after_its_sign_in(server: Server) -> None:
    pool = Pool(server)
    pool.cognito.admin_create_user(
        UserPoolId=pool.id,
        Username=pool.address,
        TemporaryPassword=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": pool.address}],
    )
    session = pool.sign_in(PASSWORD)["Session"]
    assert pool.choose_password(session) == "signed in"
    assert pool.choose_password(session) == "NotAuthorizedException"


def test_the_session_of_another_user_answers_nothing(server: Server) -> None:
    pool, other = Pool(server), Pool(server)
    for one in (pool, other):
        one.cognito.admin_create_user(
            UserPoolId=one.id,
            Username=one.address,
            TemporaryPassword=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": one.address}],
        )
    assert other.choose_password(pool.sign_in(PASSWORD)["Session"]) == "NotAuthorizedException"


def test_a_new_password_is_no_answer_where_a_second_factor_is_asked_for(server: Server) -> None:
    pool = Pool(server)
    pool.sign_up()
    pool.cognito.admin_confirm_sign_up(UserPoolId=pool.id, Username=pool.address)
    pool.cognito.set_user_pool_mfa_config(
        UserPoolId=pool.id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL"
    )
    pool.cognito.admin_set_user_mfa_preference(
        UserPoolId=pool.id, Username=pool.address, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    asked = pool.sign_in(PASSWORD)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert pool.choose_password(asked["Session"]) == "NotAuthorizedException"
