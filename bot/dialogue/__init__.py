"""One turn of a conversation: values in, values out."""
