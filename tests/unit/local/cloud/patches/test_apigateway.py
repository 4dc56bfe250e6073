import json

from local.cloud.patches.apigateway import rendered


def test_fills_the_variables_in() -> None:
    form = '{"status": "$context.status", "ip": "$context.identity.sourceIp"}'
    line = rendered(form, {"status": 200, "identity.sourceIp": "127.0.0.1"})
    assert json.loads(line) == {"status": "200", "ip": "127.0.0.1"}


def test_a_variable_without_a_value_is_a_dash() -> None:
    assert rendered("$context.identity.apiKeyId $context.unknown", {"identity.apiKeyId": None}) == "- -"


def test_a_value_cannot_make_a_second_line_or_end_its_string() -> None:
    line = rendered('{"agent": "$context.identity.userAgent"}', {"identity.userAgent": 'a"\n\r\\b'})
    assert json.loads(line) == {"agent": 'a"\n\r\\b'}
