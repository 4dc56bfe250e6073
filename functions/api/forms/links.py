"""The link to the next page where a form has no place for it."""


def link_header(following: str | None) -> dict[str, str]:
    """The header `Link` of RFC 8288; none where no page follows."""
    return {} if following is None else {"Link": f'<{following}>; rel="next"'}
