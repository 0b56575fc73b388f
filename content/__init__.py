"""What is true and how we say it: records, topics, phrases; reviewed like code."""
