"""The only room that knows boto3: adapters, each translating AWS errors once."""
