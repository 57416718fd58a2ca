// Where the hub is, where its files are kept, and who asks: what the environment says, with Hugging Face's own names.
