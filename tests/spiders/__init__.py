"""Plain Scrapy spiders, as a user would write them: selectors by hand, none of ours."""
