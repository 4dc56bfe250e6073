"""A consumer of the deployed API: a user with a token, and a usage-plan key."""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from geoclimate.adapters.apigateway_keys import ApiGatewayKeys
from geoclimate.adapters.dynamodb_keys import DynamoKeyStore
from geoclimate.runtime.clock import utc_now
from geoclimate.services.assign_plan import assign_plan
from geoclimate.services.manage_keys import KeyDesk, create_key
from local.place import Place

DEMO_USER: Final = "demo@example.org"
_DEMO_PLAN: Final = "pro"
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
    """The demo user, made on the first call, with a fresh token and a key of its own in the pro plan."""
    password = _password(place.folder / "demo_user.json")
    create_user(place, outputs, DEMO_USER, password)
    token = sign_in(place, outputs, DEMO_USER, password)
    return Consumer(token, own_key(place, outputs, token, place.folder / "demo_key.json"))


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


def own_key(place: Place, outputs: dict[str, str], token: str, file: Path) -> str:
    """The value of a key of the token's account, in the pro plan; made where the file holds none that still exists."""
    account = _subject(token)
    session, config = place.session(), place.config()
    store = DynamoKeyStore(
        session.client("dynamodb", endpoint_url=place.url, config=config), outputs["AccountsTableName"]
    )
    if file.exists():
        kept = json.loads(file.read_text())
        if store.key(account, kept["id"]) is not None:
            return str(kept["value"])
    gateway = session.client("apigateway", endpoint_url=place.url, config=config)
    desk = KeyDesk(store, ApiGatewayKeys(gateway, outputs["ApiId"], outputs["ApiStageName"]), utc_now)
    assign_plan(desk, account, _DEMO_PLAN, {_DEMO_PLAN})
    key, value = create_key(desk, account, "demo", None)
    _write_secret(file, {"id": key.key_id, "value": value})
    return value


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
    _write_secret(file, {"user": DEMO_USER, "password": password})
    return password


def _write_secret(file: Path, content: dict[str, str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    file.write_text(json.dumps(content))


def _subject(token: str) -> str:
    """The account of a token that the local cloud has just given."""
    claims = token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"])
