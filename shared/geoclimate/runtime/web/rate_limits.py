"""Headers that say where a caller stands with its plan."""

from typing import Final

from geoclimate.domain.plans import SECONDS_A_DAY, SECONDS_A_MINUTE, Allowance

POLICY_HEADER: Final = "RateLimit-Policy"
RATE_LIMIT_HEADER: Final = "RateLimit"
LEGACY_LIMIT_HEADER: Final = "X-RateLimit-Limit"
LEGACY_REMAINING_HEADER: Final = "X-RateLimit-Remaining"
LEGACY_RESET_HEADER: Final = "X-RateLimit-Reset"


def rate_limit_headers(allowance: Allowance) -> dict[str, str]:
    """The headers of the IETF's draft (draft-ietf-httpapi-ratelimit-headers-11), and the older ones.

    `RateLimit` tells of the day alone: what is left of the minute only the gateway knows. The older `Reset` is a
    moment, in seconds since 1970, as GitHub has it; no standard says so.
    """
    plan = allowance.plan
    return {
        POLICY_HEADER: f'"day";q={plan.per_day};w={SECONDS_A_DAY}, "minute";q={plan.per_minute};w={SECONDS_A_MINUTE}',
        RATE_LIMIT_HEADER: f'"day";r={allowance.remaining};t={allowance.seconds_to_reset}',
        LEGACY_LIMIT_HEADER: str(plan.per_day),
        LEGACY_REMAINING_HEADER: str(allowance.remaining),
        LEGACY_RESET_HEADER: str(int(allowance.resets_at.timestamp())),
    }
