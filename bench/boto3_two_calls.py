"""The yardstick of `make bench` in Python: what one writes with boto3 to get a pasted session, and nothing more.

Asks STS who the caller is, assumes the role named by the one argument with the caller's name as role session name, and prints the
lines to paste. Region, endpoint and credentials come from the environment.
"""

import os
import sys

import boto3


def main(role_arn: str) -> None:
    # Older releases of boto3 do not read the variable themselves.
    sts = boto3.client("sts", endpoint_url=os.environ.get("AWS_ENDPOINT_URL_STS"))
    arn = sts.get_caller_identity()["Arn"]
    answer = sts.assume_role(RoleArn=role_arn, RoleSessionName=arn.rsplit("/", 1)[-1])
    session = answer["Credentials"]
    print(f"export AWS_ACCESS_KEY_ID={session['AccessKeyId']}")
    print(f"export AWS_SECRET_ACCESS_KEY={session['SecretAccessKey']}")
    print(f"export AWS_SESSION_TOKEN={session['SessionToken']}")
    print(f"export AWS_CREDENTIAL_EXPIRATION={session['Expiration']:%Y-%m-%dT%H:%M:%SZ}")


if __name__ == "__main__":
    main(sys.argv[1])
