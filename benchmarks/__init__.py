"""What the project measures: quality, speed, crawling, storage; and the training of the judge."""
