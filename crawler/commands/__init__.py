"""Scrapy's commands as the project in the checkout has them."""
