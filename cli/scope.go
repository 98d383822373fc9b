package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"karikagi/internal/iam"
	"karikagi/internal/session"
)

// scope narrows and marks a session.
type scope struct {
	policy         string
	policyARNs     []string
	readOnly       bool
	tags           []session.Tag
	transitive     []string
	sourceIdentity string
}

// scopeFlags are the AWS CLI's own names.
func scopeFlags() []cli.Flag {
	list := func(name, usage string) cli.Flag {
		return &cli.GenericFlag{Name: name, Usage: usage, Value: &several{}}
	}
	return []cli.Flag{
		option("policy", "", "session policy, a `FILE` or JSON: the session may do what the role and it allow"),
		list("policy-arns", "managed session policy, an `ARN`; repeat it for more"),
		toggle("read-only", "limit the session by AWS's managed policy ReadOnlyAccess"),
		list("tags", "session tag, `KEY=VALUE`; repeat it for more"),
		list("transitive-tag-keys", "`KEY` of a tag that further sessions inherit; repeat it for more"),
		option("source-identity", "", "source `IDENTITY`, which stays with every further session"),
	}
}

// readScope takes the flags of scopeFlags. What depends on the role is checked
// with the plan.
func readScope(c *cli.Context) (scope, error) {
	s := scope{readOnly: toggled(c, "read-only"), policyARNs: commas(values(c, "policy-arns")), transitive: commas(values(c, "transitive-tag-keys"))}
	for i, arn := range s.policyARNs {
		s.policyARNs[i] = strings.TrimPrefix(arn, "arn=") // as the AWS CLI writes it
	}
	for _, text := range values(c, "tags") {
		tag, err := readTag(text)
		if err != nil {
			return s, err
		}
		s.tags = append(s.tags, tag)
	}
	s.sourceIdentity, _ = value(c, "source-identity")
	if c.IsSet("source-identity") && s.sourceIdentity == "" {
		return s, misuse("", "flag --source-identity: want an identity")
	}
	var err error
	if text, given := value(c, "policy"); given {
		if s.policy, err = readPolicy(c, text); err != nil {
			return s, &usageError{err: err}
		}
	}
	if s.readOnly && (s.policy != "" || len(s.policyARNs) > 0) {
		// STS unites session policies: what another one allows would not be read-only.
		return s, misuse("", "flag --read-only: want it without --policy and --policy-arns, which would allow more")
	}
	for _, err := range []error{session.CheckTags(s.tags), session.CheckTransitiveTagKeys(s.transitive, s.tags), session.CheckSourceIdentity(s.sourceIdentity)} {
		if err != nil {
			return s, &usageError{err: err}
		}
	}
	return s, nil
}

// commas splits lists that are written as one value.
func commas(lists []string) []string {
	var all []string
	for _, list := range lists {
		all = append(all, strings.Split(list, ",")...)
	}
	return all
}

// readTag reads KEY=VALUE, or the AWS CLI's Key=KEY,Value=VALUE. No tag has a
// comma in it, so that nothing else can look like the second form.
func readTag(text string) (session.Tag, error) {
	if rest, ok := strings.CutPrefix(text, "Key="); ok {
		if key, v, ok := strings.Cut(rest, ",Value="); ok {
			return session.Tag{Key: key, Value: v}, nil
		}
	}
	key, v, ok := strings.Cut(text, "=")
	if !ok || key == "" {
		return session.Tag{}, misuse("", "tag %q: want KEY=VALUE", clip(text))
	}
	return session.Tag{Key: key, Value: v}, nil
}

// readPolicy reads a session policy from a file, or from the command line where
// it begins with a brace, and leaves out the blanks, whose characters count.
func readPolicy(c *cli.Context, text string) (string, error) {
	name, data, err := fileOrJSON(c, "session policy", text)
	if err != nil {
		return "", err
	}
	if _, err := iam.ParsePolicy(data); err != nil {
		return "", policyError(name, err)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, data); err != nil {
		return "", fmt.Errorf("session policy: %w", err)
	}
	return compact.String(), session.CheckPolicy(compact.String())
}

// fileOrJSON is the content of a file, or the word itself where it is JSON, and
// what errors call it.
func fileOrJSON(c *cli.Context, what, text string) (name string, data []byte, err error) {
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return what, []byte(text), nil
	}
	name = strings.TrimPrefix(text, "file://") // as the AWS CLI writes it
	if name == "" {
		return "", nil, fmt.Errorf("%s: want a file, or JSON", what)
	}
	if data, err = readFile(c.Context, name); err != nil {
		return "", nil, fmt.Errorf("%s %q: %w", what, clip(name), err)
	}
	return name, data, nil
}

// policyError places a mistake in a policy document as compilers do.
func policyError(name string, err error) error {
	wrong, ok := errors.AsType[*iam.SyntaxError](err)
	if !ok {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s:%d:%d: %s", clip(name), wrong.Line, wrong.Column, wrong.Msg)
}
