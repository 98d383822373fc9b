package main

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// person is one caller, and what is known of them beforehand: by hand, not by
// the product's own rules.
type person struct {
	arn    string
	grants []string // that they may take
	keys   aws.Credentials
}

// people are the callers: users and role sessions, of which three are called
// alice. Two of them may take nothing.
func people() []*person {
	user := func(path string, grants ...string) *person {
		return &person{arn: "arn:aws:iam::123456789012:user/" + path, grants: grants}
	}
	session := func(name string, grants ...string) *person {
		return &person{arn: "arn:aws:sts::123456789012:assumed-role/" + name, grants: grants}
	}
	return []*person{
		user("team/blue/alice", "blue-data", "all-data"),
		user("team/blue/blue-one", "blue-data", "all-data"),
		user("team/blue/blue-two", "blue-data", "all-data"),
		user("team/blue/blue-three", "blue-data", "all-data"),
		user("team/blue/former"),
		user("team/green/green-one", "green-data", "all-data"),
		user("team/green/green-two", "green-data", "all-data"),
		user("team/green/green-three", "green-data", "all-data"),
		user("operations/on-call", "operations"),
		user("operations/on+call=two@example.com", "operations"),
		user("guest"),
		session("Developer/alice", "all-data"),
		session("Developer/developer-one", "all-data"),
		session("Developer/developer-two@example.com", "all-data"),
		session("Operator/alice", "operations"),
		session("Operator/operator-one", "operations"),
		session("Operator/operator-two", "operations"),
		session("Operator/blue-one", "operations"),
	}
}

// name is the last part of the ARN: of the user, or of the role session. It is
// the role session name of what they are given, as each is one that STS takes.
func (p *person) name() string { return p.arn[strings.LastIndex(p.arn, "/")+1:] }

// role is the role of a role session, "" of a user.
func (p *person) role() string {
	_, after, _ := strings.Cut(p.arn, ":assumed-role/")
	role, _, _ := strings.Cut(after, "/")
	return role
}

// mark is how the source identity of their sessions ends, as docs/grants.md
// promises: callers of one name are told apart by it.
func (p *person) mark() string {
	sum := sha256.Sum256([]byte(p.arn))
	return "-" + hex.EncodeToString(sum[:])[:16]
}

// roles are the downstream roles of the grants, by hand too.
func roles() map[string]string {
	return map[string]string{
		"blue-data": "blue-reader", "green-data": "green-reader", "all-data": "all-reader", "operations": "operations", "nobodys": "nobodys",
	}
}
