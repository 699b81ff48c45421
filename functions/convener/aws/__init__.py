"""The adapters for AWS. This is the only package that imports boto3, and it translates all errors of AWS."""
