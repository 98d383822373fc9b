package sandbox

import (
	"compress/flate"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"karikagi/internal/iam"
)

// maxPlaintext is for all session policies of a request together: STS API reference, AssumeRole, Policy and PolicyArns.
const maxPlaintext = 2048

// packedLimit is how many packed bytes are 100 %. AWS publishes neither its format nor its limit. This one, with the words below known
// beforehand, comes near to two figures that are known: 6 % for a policy of one statement on s3:*, and 157 % for one of 1690
// characters with 42 actions. Tags are packed less tightly by AWS than here.
const packedLimit = 400

// packedWords are what a policy always consists of, which AWS's format evidently does not spend space on.
const packedWords = `arn:aws:iam::aws:policy/arn:aws:iam::arn:aws:s3:::{"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Deny",` +
	`"NotAction":["NotResource":["Condition":{"StringEquals":{"aws:PrincipalTag/{"Effect":"Allow","Action":["s3:GetObject","s3:*","Resource":["*"}]}`

// inlinePolicy reads the inline session policy and estimates how large the session will be. limits stays nil without one.
func (in assumption) inlinePolicy() (limits []iam.Document, packed *int, f *fault) {
	plaintext := utf8.RuneCountInString(in.policy)
	for _, arn := range in.policyARNs {
		plaintext += utf8.RuneCountInString(arn)
	}
	if plaintext > maxPlaintext {
		return nil, nil, &fault{status: http.StatusBadRequest, code: "ValidationError", reason: "session policies are too long",
			message: fmt.Sprintf("1 validation error detected: Value '%s' at 'policy' failed to satisfy constraint: "+
				"Member must have length less than or equal to %d", in.policy, maxPlaintext)}
	}
	if in.policy != "" {
		document, err := iam.ParsePolicy([]byte(in.policy))
		if err != nil {
			return nil, nil, &fault{status: http.StatusBadRequest, code: "MalformedPolicyDocument", message: err.Error()}
		}
		limits = []iam.Document{document}
	}
	if in.policy == "" && len(in.policyARNs)+len(in.tags)+len(in.inherited) == 0 {
		return limits, nil, nil
	}
	percent := in.packedSize()
	if percent > 100 {
		return nil, nil, in.tooLarge(percent)
	}
	return limits, &percent, nil
}

// tooLarge words the refusal as AWS does, which names the tags only where there is no policy: observed.
func (in assumption) tooLarge(percent int) *fault {
	message := fmt.Sprintf("Packed policy consumes %d%% of allotted space, please use smaller policy.", percent)
	if in.policy == "" && len(in.policyARNs) == 0 {
		message = fmt.Sprintf("Packed size of session tags consumes %d%% of allotted space.", percent)
	}
	return &fault{status: http.StatusBadRequest, code: "PackedPolicyTooLarge", message: message}
}

// packedSize is an estimate in percent: policies, ARNs and tags compressed together. Whether a tag is transitive costs nothing.
func (in assumption) packedSize() int {
	var size counter
	w, err := flate.NewWriterDict(&size, flate.BestCompression, []byte(packedWords))
	if err != nil {
		panic(err) // the level is a constant
	}
	parts := append([]string{in.policy}, in.policyARNs...)
	for _, t := range slices.Concat(in.inherited, in.tags) {
		parts = append(parts, t.key, t.value)
	}
	_, _ = io.WriteString(w, strings.Join(parts, "\x00")) // a counter takes everything
	_ = w.Close()
	return (int(size)*100 + packedLimit - 1) / packedLimit
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// managedPolicies adds the managed session policies, which must be in the role's account.
func (in assumption) managedPolicies(limits []iam.Document, r *role) ([]iam.Document, *fault) {
	for _, arn := range in.policyARNs {
		d, ok := r.account.managedPolicy(arn)
		if !ok {
			return nil, invalid("Policy "+arn+" does not exist or is not attachable.", "policyArns names a policy that is not in the role's account")
		}
		limits = append(limits, d)
	}
	return limits, nil
}
