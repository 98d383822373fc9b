package mfa

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"karikagi/internal/caller"
	"karikagi/internal/session"
)

// operation is how errors call the lookup.
const operation = "ListMFADevices"

// Bounds of what is read. A user has at most eight devices (IAM User Guide,
// "Assign MFA devices") and IAM lists a hundred at once.
const (
	maxPages  = 4
	maxAnswer = 1 << 20
)

// Asker signs requests as the caller and sends them; *source.Source is one. Its
// client must not follow redirects, which would carry a signed request away.
type Asker interface {
	Sign(ctx context.Context, r *http.Request, body []byte, service, region string) error
	HTTP() aws.HTTPClient
}

// Find lists the MFA devices of the caller's own user, or of the root user.
// address overrules where IAM listens; "" leaves it to AWS's own addresses. A
// device of a kind that nobody knows is left out. The error is a *session.Error;
// many users may not ask, and a caller who can go on without the list should.
func Find(ctx context.Context, asker Asker, c caller.Caller, address string) ([]Device, error) {
	if c.Kind != caller.User && c.Kind != caller.Root {
		return nil, cannot("%s is not a user: only users have MFA devices", cmp.Or(c.ARN, "the caller"))
	}
	if address = cmp.Or(address, endpoint(c.Partition)); address == "" {
		return nil, cannot("partition %q: where its IAM listens is not known", c.Partition)
	}
	var devices []Device
	marker := ""
	for range maxPages {
		body, err := ask(ctx, asker, c, address, marker)
		if err != nil {
			return nil, err
		}
		found, next, err := parse(body)
		if err == nil {
			err = owned(found, c)
		}
		if err != nil {
			return nil, &session.Error{Operation: operation, Problem: session.ProblemAnswer, Message: "the answer was not IAM's: " + err.Error()}
		}
		devices = append(devices, found...)
		if next == "" {
			return devices, nil
		}
		marker = next
	}
	return nil, &session.Error{Operation: operation, Problem: session.ProblemAnswer,
		Message: fmt.Sprintf("the answer goes on after %d pages, and a user has at most eight devices", maxPages)}
}

// cannot is an error before anybody was asked.
func cannot(format string, args ...any) error {
	return &session.Error{Operation: operation, Problem: session.ProblemSetup, Message: fmt.Sprintf(format, args...)}
}

// ask asks for one page. The user is always named: IAM would find him by his
// access key, but some policies for one's own user do not match then.
func ask(ctx context.Context, asker Asker, c caller.Caller, address, marker string) ([]byte, error) {
	form := url.Values{"Action": {operation}, "Version": {"2010-05-08"}}
	if c.Kind == caller.User {
		form.Set("UserName", c.Name)
	}
	if marker != "" {
		form.Set("Marker", marker)
	}
	body := []byte(form.Encode())
	r, err := request(ctx, address, body)
	if err != nil {
		return nil, err
	}
	if err := asker.Sign(ctx, r, body, "iam", signingRegion(c.Partition)); err != nil {
		return nil, session.Recast(operation, err)
	}
	answer, err := asker.HTTP().Do(r)
	if err != nil {
		return nil, session.Recast(operation, err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, session.Recast(operation, err)
	case answer.StatusCode != http.StatusOK:
		return nil, refused(answer.StatusCode, data)
	case len(data) > maxAnswer:
		return nil, &session.Error{Operation: operation, Problem: session.ProblemAnswer, Message: "the answer is larger than any of IAM's (1 MiB)"}
	}
	return data, nil
}

// request makes the POST of a form. An address that cannot be read is not
// repeated in the error: it may hold a password.
func request(ctx context.Context, address string, body []byte) (*http.Request, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" {
		return nil, cannot("no endpoint: its address cannot be read, want https://HOST")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return nil, cannot("no endpoint: its address cannot be read, want https://HOST")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r, nil
}

// owned refuses devices of another account than the caller's: then it was not
// IAM that answered, and a code must not be asked for in its name.
func owned(devices []Device, c caller.Caller) error {
	for _, d := range devices {
		prefix := "arn:" + c.Partition + ":iam::" + c.Account + ":"
		if d.Kind != Hardware && !strings.HasPrefix(d.SerialNumber, prefix) {
			return fmt.Errorf("device %s is not of account %s", d.SerialNumber, c.Account)
		}
	}
	return nil
}
