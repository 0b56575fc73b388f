"""How well the bot understands: questions by other hands than the training's, through the whole dialogue."""
