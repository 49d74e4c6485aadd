"""The verbs of the `winnow` command that read and write the corpus."""
