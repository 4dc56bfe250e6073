"""What a Cognito user pool is asked, and what it refuses, said plainly."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from geoclimate.adapters.cognito_directory import CognitoDirectory
from geoclimate.adapters.cognito_sign_ins import CognitoSignIns
from geoclimate.adapters.cognito_sign_ups import CognitoSignUps
from geoclimate.domain.account_errors import (
    InvalidCode,
    SignInRefused,
    SignUpClosed,
    TokenRefused,
    TooManyAttempts,
    UnknownAccount,
    WeakPassword,
)
from geoclimate.domain.challenges import ChallengeName
from geoclimate.domain.errors import InvalidBody, Unavailable
from geoclimate.services.identity_ports import Challenge, Tokens, User
from tests.api_events import ACCOUNT
from tests.identity_fakes import SIGNED_UP

ADA = "ada@example.org"
PASSWORD = "Correct-horse-7"
SESSION = "s" * 30
POOL = "us-east-1_Users"
CLIENT = "consumers"
RESULT = {"ExpiresIn": 1_800, "IdToken": "the-id-token", "AccessToken": "the-access-token"}


class Pool:
    """A pool that answers as it is told and checks what it is asked; botocore checks both against Cognito's shapes."""

    def __init__(self) -> None:
        self.client = boto3.client("cognito-idp")
        self.stubber = Stubber(self.client)
        self.stubber.activate()
        self.sign_ups = CognitoSignUps(self.client, self.client, POOL, CLIENT)
        self.sign_ins = CognitoSignIns(self.client, CLIENT)
        self.directory = CognitoDirectory(self.client, POOL)

    def answers(self, call: str, answer: dict[str, Any], **asked: object) -> None:
        self.stubber.add_response(call, answer, asked)

    def refuses(self, call: str, code: str) -> None:
        self.stubber.add_client_error(call, code)


@pytest.fixture
def pool(aws: None) -> Iterator[Pool]:  # noqa: ARG001 - no request leaves this machine
    made = Pool()
    yield made
    made.stubber.assert_no_pending_responses()
    made.client.close()


class Refusing:
    """A client of a pool that refuses whatever it is asked."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        self._response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def refuse(**_: object) -> None:
            raise ClientError(self._response, name)  # type: ignore[arg-type] # botocore's shape has more members

        return refuse


def sign_ups(code: str, message: str = "") -> CognitoSignUps:
    refusing: Any = Refusing(code, message)
    return CognitoSignUps(refusing, refusing, "pool", "client")


def sign_ins(code: str, message: str = "", status: int = 400) -> CognitoSignIns:
    refusing: Any = Refusing(code, message, status)
    return CognitoSignIns(refusing, "client")


def directory(code: str) -> CognitoDirectory:
    refusing: Any = Refusing(code)
    return CognitoDirectory(refusing, "pool")


def test_the_rules_of_the_pool_are_read_from_it_once(pool: Pool) -> None:
    rules = {
        "MinimumLength": 14,
        "RequireUppercase": True,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": False,
    }
    pool.answers("describe_user_pool", {"UserPool": {"Policies": {"PasswordPolicy": rules}}}, UserPoolId=POOL)
    for _ in range(2):
        policy = pool.sign_ups.password_policy()
        assert (policy.min_length, policy.lowercase, policy.symbols) == (14, True, False)


def test_a_sign_up_is_asked_for_and_a_second_one_is_told_nothing(pool: Pool) -> None:
    pool.answers(
        "sign_up",
        {"UserConfirmed": False, "UserSub": ACCOUNT},
        ClientId=CLIENT,
        Username=ADA,
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": ADA}],
    )
    pool.sign_ups.sign_up(ADA, PASSWORD)
    pool.refuses("sign_up", "UsernameExistsException")
    pool.sign_ups.sign_up(ADA, PASSWORD)


def test_an_account_is_a_consumer_once_it_is_confirmed(pool: Pool) -> None:
    pool.answers("confirm_sign_up", {}, ClientId=CLIENT, Username=ADA, ConfirmationCode="123456")
    pool.answers("admin_add_user_to_group", {}, UserPoolId=POOL, Username=ADA, GroupName="consumer")
    pool.sign_ups.confirm(ADA, "123456")


def test_a_wrong_code_makes_nobody_a_consumer(pool: Pool) -> None:
    pool.refuses("confirm_sign_up", "CodeMismatchException")
    with pytest.raises(InvalidCode):
        pool.sign_ups.confirm(ADA, "000000")


def test_a_sign_in_gives_tokens_that_no_repr_shows(pool: Pool) -> None:
    pool.answers(
        "initiate_auth",
        {"AuthenticationResult": RESULT | {"RefreshToken": "the-refresh-token"}},
        ClientId=CLIENT,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ADA, "PASSWORD": PASSWORD},
    )
    tokens = pool.sign_ins.sign_in(ADA, PASSWORD)
    assert tokens == Tokens(1_800, "the-id-token", "the-access-token", "the-refresh-token")
    assert "token" not in repr(tokens)


def test_new_tokens_come_without_another_refresh_token(pool: Pool) -> None:
    pool.answers(
        "initiate_auth",
        {"AuthenticationResult": RESULT},
        ClientId=CLIENT,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": "the-refresh-token"},
    )
    assert pool.sign_ins.refresh("the-refresh-token") == Tokens(1_800, "the-id-token", "the-access-token", None)


@pytest.mark.parametrize(
    ("name", "member"),
    [("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA_CODE"), ("NEW_PASSWORD_REQUIRED", "NEW_PASSWORD")],
)
def test_a_challenge_is_handed_on_and_answered(pool: Pool, name: ChallengeName, member: str) -> None:
    pool.answers(
        "initiate_auth",
        {"ChallengeName": name, "Session": SESSION, "ChallengeParameters": {}},
        ClientId=CLIENT,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ADA, "PASSWORD": PASSWORD},
    )
    challenge = pool.sign_ins.sign_in(ADA, PASSWORD)
    assert challenge == Challenge(name, SESSION)
    assert SESSION not in repr(challenge)
    pool.answers(
        "respond_to_auth_challenge",
        {"AuthenticationResult": RESULT},
        ClientId=CLIENT,
        ChallengeName=name,
        Session=SESSION,
        ChallengeResponses={"USERNAME": ADA, member: "the-answer"},
    )
    assert isinstance(pool.sign_ins.answer(Challenge(name, SESSION), ADA, "the-answer"), Tokens)


def test_a_challenge_that_nobody_here_answers_is_said_to_be_one(pool: Pool) -> None:
    pool.answers(
        "initiate_auth",
        {"ChallengeName": "SMS_MFA", "Session": SESSION, "ChallengeParameters": {}},
        ClientId=CLIENT,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": ADA, "PASSWORD": PASSWORD},
    )
    with pytest.raises(SignInRefused, match="SMS_MFA"):
        pool.sign_ins.sign_in(ADA, PASSWORD)


def test_a_second_factor_is_switched_on_and_off(pool: Pool) -> None:
    token = {"AccessToken": "the-access-token"}
    user = {"Username": ACCOUNT, "UserAttributes": [{"Name": "email", "Value": ADA}]}
    pool.answers("get_user", user, **token)
    pool.answers("associate_software_token", {"SecretCode": "JBSWY3DPEHPK3PXP"}, **token)
    assert pool.sign_ins.associate("the-access-token") == ("JBSWY3DPEHPK3PXP", ADA)
    pool.answers("verify_software_token", {"Status": "SUCCESS"}, UserCode="123456", **token)
    for wanted in (True, False):
        settings = {"Enabled": wanted, "PreferredMfa": wanted}
        pool.answers("set_user_mfa_preference", {}, SoftwareTokenMfaSettings=settings, **token)
    pool.sign_ins.switch_on("the-access-token", "123456")
    pool.sign_ins.switch_off("the-access-token")


def test_an_account_is_found_with_what_an_administrator_asks(pool: Pool) -> None:
    found = {
        "Username": ACCOUNT,
        "UserAttributes": [{"Name": "sub", "Value": ACCOUNT}, {"Name": "email", "Value": ADA}],
        "UserStatus": "CONFIRMED",
        "Enabled": True,
        "UserCreateDate": SIGNED_UP,
        "UserMFASettingList": ["SOFTWARE_TOKEN_MFA"],
    }
    pool.answers("admin_get_user", found, UserPoolId=POOL, Username=ADA)
    assert pool.directory.find(ADA) == User(ACCOUNT, ADA, "CONFIRMED", True, SIGNED_UP, True)
    pool.refuses("admin_get_user", "UserNotFoundException")
    assert pool.directory.find("bob@example.org") is None


def test_roles_are_those_that_the_platform_knows(pool: Pool) -> None:
    groups = [{"GroupName": name} for name in ("analyst", "their-own")]
    pool.answers("admin_list_groups_for_user", {"Groups": groups}, UserPoolId=POOL, Username=ACCOUNT, Limit=60)
    assert pool.directory.roles(ACCOUNT) == {"analyst"}
    pool.answers("admin_add_user_to_group", {}, UserPoolId=POOL, Username=ACCOUNT, GroupName="operator")
    pool.directory.give(ACCOUNT, "operator")
    pool.answers("admin_remove_user_from_group", {}, UserPoolId=POOL, Username=ACCOUNT, GroupName="operator")
    pool.directory.take(ACCOUNT, "operator")


def test_an_account_is_closed_and_deleted_and_so_again(pool: Pool) -> None:
    calls = ("admin_disable_user", "admin_user_global_sign_out", "admin_delete_user")
    for call in calls:
        pool.answers(call, {}, UserPoolId=POOL, Username=ACCOUNT)
    for call in calls:
        pool.refuses(call, "UserNotFoundException")
    for _ in range(2):
        pool.directory.close(ACCOUNT)
        pool.directory.delete(ACCOUNT)


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("NotAuthorizedException", "Incorrect username or password.", SignInRefused),
        ("UserNotFoundException", "User does not exist.", SignInRefused),
        ("UserNotConfirmedException", "User is not confirmed.", SignInRefused),
        ("PasswordResetRequiredException", "Password reset required for the user", SignInRefused),
        ("NotAuthorizedException", "Password attempts exceeded", TooManyAttempts),
        ("LimitExceededException", "Attempt limit exceeded, please try after some time.", TooManyAttempts),
        ("TooManyRequestsException", "Rate exceeded", Unavailable),
        ("InvalidParameterException", "1 validation error detected", InvalidBody),
    ],
)
def test_a_refused_sign_in_is_said_plainly(code: str, message: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        sign_ins(code, message).sign_in(ADA, PASSWORD)


def test_who_does_not_exist_is_refused_as_who_sends_a_wrong_password() -> None:
    told = []
    for code in ("NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException"):
        with pytest.raises(SignInRefused) as refusal:
            sign_ins(code, f"words of {code}").sign_in(ADA, PASSWORD)
        told.append(str(refusal.value))
    assert len(set(told)) == 1


@pytest.mark.parametrize(
    "code", ["CodeMismatchException", "ExpiredCodeException", "NotAuthorizedException", "InvalidParameterException"]
)
def test_a_wrong_answer_to_a_challenge_refuses_the_sign_in(code: str) -> None:
    with pytest.raises(SignInRefused):
        sign_ins(code).answer(Challenge("SOFTWARE_TOKEN_MFA", SESSION), ADA, "000000")


def test_a_pool_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        sign_ins("InternalErrorException", status=500).refresh("token")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("CodeMismatchException", InvalidCode),
        ("ExpiredCodeException", InvalidCode),
        ("NotAuthorizedException", InvalidCode),
        ("UserNotFoundException", InvalidCode),
        ("TooManyFailedAttemptsException", TooManyAttempts),
    ],
)
def test_a_refused_code_is_said_plainly(code: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        sign_ups(code).confirm(ADA, "000000")
    with pytest.raises(error):
        sign_ups(code).reset_password(ADA, "000000", PASSWORD)


def test_who_needs_no_code_is_refused_as_who_sends_a_wrong_one() -> None:
    told = set()
    for code in ("CodeMismatchException", "ExpiredCodeException", "NotAuthorizedException", "UserNotFoundException"):
        pool = sign_ups(code, f"words of {code}")
        with pytest.raises(InvalidCode) as unconfirmed:
            pool.confirm(ADA, "000000")
        with pytest.raises(InvalidCode) as not_reset:
            pool.reset_password(ADA, "000000", PASSWORD)
        told |= {str(unconfirmed.value), str(not_reset.value)}
    assert len(told) == 1


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("InvalidPasswordException", "Password was found in a breach", WeakPassword),
        ("PasswordHistoryPolicyViolationException", "Password was used before", WeakPassword),
        ("NotAuthorizedException", "SignUp is not permitted for this user pool", SignUpClosed),
        ("CodeDeliveryFailureException", "no", Unavailable),
    ],
)
def test_a_refused_sign_up_is_said_plainly(code: str, message: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        sign_ups(code, message).sign_up(ADA, PASSWORD)


@pytest.mark.parametrize("code", ["UserNotFoundException", "InvalidParameterException"])
def test_a_message_that_is_not_sent_is_not_told(code: str) -> None:
    sign_ups(code).resend(ADA)
    sign_ups(code).send_reset_code(ADA)


def test_a_wrong_code_of_an_authenticator_switches_nothing_on() -> None:
    with pytest.raises(InvalidCode):
        sign_ins("EnableSoftwareTokenMFAException").switch_on("token", "000000")
    with pytest.raises(TokenRefused):
        sign_ins("NotAuthorizedException").switch_on("token", "000000")


def test_a_refresh_token_that_is_none_is_called_a_token() -> None:
    with pytest.raises(TokenRefused, match="The token is not valid"):
        sign_ins("NotAuthorizedException").refresh("stale")


def test_an_account_that_is_not_there_is_unknown() -> None:
    with pytest.raises(UnknownAccount):
        directory("UserNotFoundException").roles("nobody")


def test_what_nobody_can_do_anything_about_is_no_refusal() -> None:
    with pytest.raises(ClientError):
        sign_ins("ResourceNotFoundException").sign_in(ADA, PASSWORD)


def test_cognito_s_words_are_not_passed_on() -> None:
    with pytest.raises(InvalidBody) as refusal:
        sign_ins("InvalidParameterException", f"Value '{PASSWORD}' at 'password'").sign_in(ADA, PASSWORD)
    assert PASSWORD not in str(refusal.value)
    assert refusal.value.__cause__ is None
