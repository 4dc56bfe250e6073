"""The user pool, its groups and its client."""

from tests.infra.synthesis import Synthesis


def test_everybody_may_sign_up_and_proves_the_address(stage: Synthesis) -> None:
    _, pool = stage.only("AWS::Cognito::UserPool", "Identity")
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is False
    assert pool["AutoVerifiedAttributes"] == ["email"]
    assert pool["UsernameAttributes"] == ["email"]


def test_tokens_live_half_an_hour_and_a_sign_in_thirty_days(stage: Synthesis) -> None:
    _, client = stage.only("AWS::Cognito::UserPoolClient", "Identity")
    units = client["TokenValidityUnits"]
    minutes = {"minutes": 1, "days": 24 * 60}
    lives = {name: client[f"{name}Validity"] * minutes[units[name]] for name in units}
    assert lives == {"AccessToken": 30, "IdToken": 30, "RefreshToken": 30 * 24 * 60}


def test_an_account_is_erased_once_more_when_its_last_token_has_ended(cloud_stage: Synthesis) -> None:
    _, client = cloud_stage.only("AWS::Cognito::UserPoolClient", "Identity")
    _, machine = cloud_stage.only("AWS::StepFunctions::StateMachine", "PrivacyErasing")
    settle = int(machine["DefinitionSubstitutions"]["SettleSeconds"])
    assert settle > client["IdTokenValidity"] * 60


def test_passwords_are_long_and_mixed(stage: Synthesis) -> None:
    _, pool = stage.only("AWS::Cognito::UserPool", "Identity")
    assert pool["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 14,
        "RequireLowercase": True,
        "RequireUppercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "TemporaryPasswordValidityDays": 3,
    }


def test_a_second_factor_can_be_switched_on(stage: Synthesis) -> None:
    _, pool = stage.only("AWS::Cognito::UserPool", "Identity")
    assert pool["MfaConfiguration"] == "OPTIONAL"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_prod_refuses_risky_sign_ins_and_deletion(prod: Synthesis) -> None:
    _, pool = prod.only("AWS::Cognito::UserPool", "Identity")
    assert pool["UserPoolAddOns"] == {"AdvancedSecurityMode": "ENFORCED"}
    assert pool["DeletionProtection"] == "ACTIVE"


def test_there_are_the_four_groups(stage: Synthesis) -> None:
    groups = stage.of_type("AWS::Cognito::UserPoolGroup").values()
    by_rank = sorted(groups, key=lambda group: group["Precedence"])
    assert [group["GroupName"] for group in by_rank] == ["admin", "operator", "analyst", "consumer"]


def test_the_client_has_no_secret_and_does_not_tell_who_exists(stage: Synthesis) -> None:
    _, client = stage.only("AWS::Cognito::UserPoolClient", "Identity")
    assert client["GenerateSecret"] is False
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert sorted(client["ExplicitAuthFlows"]) == [
        "ALLOW_REFRESH_TOKEN_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
    ]


def test_an_address_changes_only_once_it_is_proven(stage: Synthesis) -> None:
    _, pool = stage.only("AWS::Cognito::UserPool", "Identity")
    assert pool["UserAttributeUpdateSettings"] == {"AttributesRequireVerificationBeforeUpdate": ["email"]}


def test_an_access_token_writes_nothing_else_of_its_user_into_the_pool(stage: Synthesis) -> None:
    _, client = stage.only("AWS::Cognito::UserPoolClient", "Identity")
    assert client["WriteAttributes"] == ["email"]
