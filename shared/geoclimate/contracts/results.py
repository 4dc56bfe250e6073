"""Keys of the results bucket: what was made for one account, and expires by itself."""


def account_prefix(account: str) -> str:
    """What the keys of everything that was made for an account start with."""
    return f"{account}/"


def job_result_prefix(account: str, job: str) -> str:
    """What the keys of a job's results start with."""
    return f"{account_prefix(account)}jobs/{job}/"


def export_key(account: str, receipt: str) -> str:
    """Key of an account's export of what is kept of it."""
    return f"{account_prefix(account)}exports/{receipt}.json"
