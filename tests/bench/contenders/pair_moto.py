"""boto3 at a moto server: SSM send_command and get_command_invocation, over and over: pair_moto.py ADDRESS"""

import sys

import boto3
from stage import at_a_rate, on_stage

KEYS = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
ssm = boto3.client("ssm", endpoint_url=sys.argv[1], **KEYS)
INSTANCE = "i-1234567890abcdef0"
ORDER = {"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["echo"]}}


def pair():
    sent = ssm.send_command(InstanceIds=[INSTANCE], **ORDER)
    assert ssm.get_command_invocation(CommandId=sent["Command"]["CommandId"], InstanceId=INSTANCE)["Status"]


on_stage(at_a_rate(pair))
