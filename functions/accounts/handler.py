"""Lambda entry point of what concerns accounts, behind an API Gateway REST API."""

from typing import Final

from functions.accounts.app import create_app
from geoclimate.runtime.web.lambda_handler import lambda_handler

handler: Final = lambda_handler(create_app())
