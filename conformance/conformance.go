// Package conformance holds the programs of this repository against software
// that nobody here wrote: moto's IAM, STS and S3 with its authorization on, the
// AWS CLI, boto3, the AWS SDK for JavaScript, the SAM CLI and cfn-lint, each of a
// version that a lock file in this folder pins.
//
// Its tests have the build tag conformance, because they need Python and npm:
// `make conformance` builds both environments and the programs as users get
// them, and runs the tests. It must know nothing of how our programs work: it
// starts them, and reads what they print and what others received.
package conformance
