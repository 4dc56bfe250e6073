"""A consumer of the deployed API: a user with a token, and a usage-plan key."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.place import Place

DEMO_USER: Final = "demo@example.org"
_GROUP: Final = "consumer"


@dataclass(frozen=True, slots=True)
class Consumer:
    """What a caller sends with a request.

    Attributes:
        token: Cognito ID token, for the Authorization header.
        key: Usage-plan key, for the x-api-key header.
    """

    token: str
    key: str

    def headers(self) -> dict[str, str]:
        """The two headers of a request."""
        return {"Authorization": f"Bearer {self.token}", "x-api-key": self.key}


def demo_consumer(place: Place, outputs: dict[str, str]) -> Consumer:
    """The demo user, made on the first call, with a fresh token and the pro plan's key."""
    password = _password(place.folder / "demo_user.json")
    create_user(place, outputs, DEMO_USER, password)
    return Consumer(sign_in(place, outputs, DEMO_USER, password), plan_key(place, outputs, "Pro"))


def create_user(place: Place, outputs: dict[str, str], name: str, password: str) -> None:
    """Create a confirmed user in the consumer group; one that is there already stays as it is."""
    cognito = place.session().client("cognito-idp", endpoint_url=place.url, config=place.config())
    pool = outputs["UserPoolId"]
    try:
        cognito.admin_get_user(UserPoolId=pool, Username=name)
    except cognito.exceptions.UserNotFoundException:
        cognito.admin_create_user(
            UserPoolId=pool,
            Username=name,
            MessageAction="SUPPRESS",
            TemporaryPassword=password,
            UserAttributes=[{"Name": "email", "Value": name}, {"Name": "email_verified", "Value": "true"}],
        )
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=_GROUP)


def sign_in(place: Place, outputs: dict[str, str], name: str, password: str) -> str:
    """A fresh ID token of a user."""
    cognito = place.session().client("cognito-idp", endpoint_url=place.url, config=place.config())
    answer = cognito.initiate_auth(
        ClientId=outputs["UserPoolClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    return answer["AuthenticationResult"]["IdToken"]


def plan_key(place: Place, outputs: dict[str, str], plan: str) -> str:
    """The value of a usage plan's key; `plan` is Free, Basic, Pro or Enterprise."""
    gateway = place.session().client("apigateway", endpoint_url=place.url, config=place.config())
    return gateway.get_api_key(apiKey=outputs[f"ApiKeyId{plan}"], includeValue=True)["value"]


def api_url(place: Place, outputs: dict[str, str]) -> str:
    """Base URL of the deployed API on the local cloud."""
    return f"{place.url}/_aws/execute-api/{outputs['ApiId']}/{outputs['ApiStageName']}"


def _password(file: Path) -> str:
    if file.exists():
        text = json.loads(file.read_text())["password"]
        return str(text)
    password = f"{secrets.token_urlsafe(24)}aA1!"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps({"user": DEMO_USER, "password": password}))
    return password
