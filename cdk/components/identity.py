"""Who may call: the user pool, its groups and its client."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from cdk.components.access import acknowledge
from cdk.config import REFRESH_DAYS, TOKEN_MINUTES, Stage

GROUPS: Final = {
    "admin": "Manages users, keys and models",
    "operator": "Runs workflows, restores, reads health",
    "analyst": "Reads everything, revisions and verification included",
    "consumer": "Reads observations and forecasts",
}


class Identity(Construct):
    """The user pool.

    Attributes:
        pool: The pool.
        client: The client of consumers: no secret, so the password never needs another one beside it.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self.pool = cognito.UserPool(
            self,
            "Users",
            self_sign_up_enabled=stage.self_sign_up,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(email=cognito.StandardAttribute(required=True)),
            # Whoever has an access token can change the address at Cognito: not to somebody else's, under which an
            # administrator would find the account and give it roles.
            keep_original=cognito.KeepOriginalAttrs(email=True),
            password_policy=cognito.PasswordPolicy(
                min_length=14,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
                temp_password_validity=cdk.Duration.days(3),
            ),
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            feature_plan=cognito.FeaturePlan.PLUS if stage.threat_protection else cognito.FeaturePlan.ESSENTIALS,
            standard_threat_protection_mode=(
                cognito.StandardThreatProtectionMode.FULL_FUNCTION if stage.threat_protection else None
            ),
            deletion_protection=stage.keeps_data,
            removal_policy=cdk.RemovalPolicy.RETAIN if stage.keeps_data else cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(
            self.pool,
            "Consumers are programs as well as people; a person can switch a second factor on.",
            "AwsSolutions-COG2",
        )
        if not stage.threat_protection:
            acknowledge(self.pool, "Billed by active user; on in prod.", "AwsSolutions-COG8")
        for precedence, (name, description) in enumerate(GROUPS.items()):
            cognito.CfnUserPoolGroup(
                self,
                name.capitalize(),
                user_pool_id=self.pool.user_pool_id,
                group_name=name,
                description=description,
                precedence=precedence,
            )
        self.client = self.pool.add_client(
            "Consumers",
            auth_flows=cognito.AuthFlow(user_password=True, user_srp=True),
            disable_o_auth=True,
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            # A sign-up gives its address. Nothing else can be written, so an export has all that the pool keeps.
            write_attributes=cognito.ClientAttributes().with_standard_attributes(email=True),
            access_token_validity=cdk.Duration.minutes(TOKEN_MINUTES),
            id_token_validity=cdk.Duration.minutes(TOKEN_MINUTES),
            refresh_token_validity=cdk.Duration.days(REFRESH_DAYS),
        )
