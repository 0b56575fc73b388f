"""What staff teach: sentences that mean something, and the way of a new model from a wish to being served."""
