package mfa

import "karikagi/internal/caller"

// endpoint is where a partition's IAM listens, "" where that is not known. IAM
// is one service for all Regions of a partition, signed for the partition's
// first Region, which caller.DefaultRegion names: botocore, data/iam,
// endpoint-rule-set-1.json.
func endpoint(partition string) string {
	switch partition {
	case "aws":
		return "https://iam.amazonaws.com"
	case "aws-cn":
		return "https://iam.cn-north-1.amazonaws.com.cn"
	case "aws-us-gov":
		return "https://iam.us-gov.amazonaws.com"
	case "aws-eusc":
		return "https://iam.eusc-de-east-1.amazonaws.eu"
	case "aws-iso":
		return "https://iam.us-iso-east-1.c2s.ic.gov"
	case "aws-iso-b":
		return "https://iam.us-isob-east-1.sc2s.sgov.gov"
	case "aws-iso-e":
		return "https://iam.eu-isoe-west-1.cloud.adc-e.uk"
	case "aws-iso-f":
		return "https://iam.us-isof-south-1.csp.hci.ic.gov"
	}
	return ""
}

// signingRegion is the Region that calls of a partition's IAM are signed for.
func signingRegion(partition string) string { return caller.DefaultRegion(partition) }
