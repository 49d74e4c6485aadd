"""In the place of pandas for processes that a test starts: a user's machine has none.

sqlite-utils loads it where it is installed, as it is for tests, which takes half a second.
"""

raise ImportError("not installed here")
