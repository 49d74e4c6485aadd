"""From a page to its article: bytes in, a `Document` or a `Rejection` out. Pure."""
