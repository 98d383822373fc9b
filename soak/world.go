package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/grant"
	"karikagi/internal/sandbox"
)

//go:embed grants.yaml
var grantsDocument []byte

// The function's own names.
const (
	executionRole = "arn:aws:iam::123456789012:role/karikagi-function"
	urlHost       = "abcdefghij.lambda-url.us-east-1.on.aws"
	region        = "us-east-1"
)

// world is an AWS account of its own, the callers in it, and the hostile STS
// before it.
type world struct {
	account *sandbox.Server
	people  []*person
	hostile *hostile
	url     string // of the hostile STS
	servers []*http.Server
}

// openWorld makes the account and gives everybody their keys.
func openWorld(ctx context.Context, seed uint64) (*world, error) {
	document, err := accountDocument()
	if err != nil {
		return nil, err
	}
	loaded, err := sandbox.LoadAccount("account.yaml", document)
	if err != nil {
		return nil, err
	}
	account, err := sandbox.New(sandbox.Options{Account: loaded})
	if err != nil {
		return nil, err
	}
	w := &world{account: account, people: people(), hostile: newHostile(account, seed)}
	if w.url, err = w.serve(ctx, w.hostile); err != nil {
		return nil, err
	}
	for _, p := range w.people {
		if p.keys, err = w.keysOf(ctx, p); err != nil {
			w.close()
			return nil, fmt.Errorf("keys of %s: %w", p.arn, err)
		}
	}
	return w, nil
}

func (w *world) close() {
	for _, s := range w.servers {
		_ = s.Close()
	}
}

// serve opens a handler on a free port of loopback.
func (w *world) serve(ctx context.Context, handler http.Handler) (url string, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	w.servers = append(w.servers, s)
	go func() { _ = s.Serve(listener) }()
	return "http://" + listener.Addr().String(), nil
}

// accountDocument is the account as the sandbox reads it: JSON is YAML. The
// policies of the function's role and of the roles behind it are those that
// `karikagi grants policy` prints.
func accountDocument() ([]byte, error) {
	grants, err := grant.Parse("grants.yaml", grantsDocument)
	if err != nil {
		return nil, err
	}
	type object = map[string]any
	allow := func(who object, action, resource any) object {
		statement := object{"Effect": "Allow", "Action": action}
		if who != nil {
			statement["Principal"] = who
		} else {
			statement["Resource"] = resource
		}
		return object{"Version": "2012-10-17", "Statement": statement}
	}
	mayCall := allow(nil, []string{"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}, "*")
	users := []object{{"name": "deployer", "access_key": true, "policies": []object{allow(nil, "sts:AssumeRole", "*")}}}
	callerRoles := map[string]bool{}
	for _, p := range people() {
		if r := p.role(); r != "" {
			callerRoles[r] = true
			continue
		}
		path := strings.TrimPrefix(p.arn, "arn:aws:iam::123456789012:user")
		path = strings.TrimSuffix(path, p.name())
		users = append(users, object{"name": p.name(), "path": path, "access_key": true, "policies": []object{mayCall}})
	}
	users = append(users, object{"name": "testuser", "access_key": true, "policies": []object{allow(nil, "sts:AssumeRole", "*")}})
	own := []object{
		{"name": "karikagi-function", "policies": []json.RawMessage{grants.ExecutionRolePolicy()},
			"trust": allow(object{"Service": "lambda.amazonaws.com"}, "sts:AssumeRole", nil)},
		{"name": "toy-role", "trust": allow(object{"AWS": "arn:aws:iam::123456789012:root"}, "sts:AssumeRole", nil)},
	}
	for r := range callerRoles {
		own = append(own, object{"name": r, "max_session_duration": "12h", "policies": []object{mayCall},
			"trust": allow(object{"AWS": "arn:aws:iam::123456789012:user/deployer"}, "sts:AssumeRole", nil)})
	}
	var downstream []object
	for arn, trust := range grants.TrustPolicies(executionRole) {
		downstream = append(downstream, object{"name": arn[strings.LastIndex(arn, "/")+1:], "trust": json.RawMessage(trust)})
	}
	return json.Marshal(object{"accounts": []object{
		{"id": "123456789012", "org_id": "o-a1b2c3d4e5", "users": users, "roles": own},
		{"id": "210987654321", "roles": downstream},
	}})
}

// keysOf are a user's access key, or a session of the role, for twelve hours,
// so that the sandbox forgets it last.
func (w *world) keysOf(ctx context.Context, p *person) (aws.Credentials, error) {
	if p.role() == "" {
		return w.userKeys(strings.TrimPrefix(p.arn, "arn:aws:iam::123456789012:user/"))
	}
	deployer, err := w.userKeys("deployer")
	if err != nil {
		return aws.Credentials{}, err
	}
	out, err := w.sts(deployer).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::123456789012:role/" + p.role()), RoleSessionName: aws.String(p.name()), DurationSeconds: aws.Int32(43200),
	})
	if err != nil {
		return aws.Credentials{}, err
	}
	c := out.Credentials
	return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}, nil
}

func (w *world) userKeys(name string) (c aws.Credentials, err error) {
	name = name[strings.LastIndex(name, "/")+1:]
	lines, err := w.account.Environment("http://127.0.0.1", name)
	for _, line := range lines {
		switch key, value, _ := strings.Cut(line, "="); key {
		case "AWS_ACCESS_KEY_ID":
			c.AccessKeyID = value
		case "AWS_SECRET_ACCESS_KEY":
			c.SecretAccessKey = value
		}
	}
	return c, err
}

// sts is a client that reaches the sandbox itself, past whatever stands before
// it, without leaving this process.
func (w *world) sts(keys aws.Credentials) *sts.Client { return w.ask(keys, w.account) }

// ask is a client of a handler.
func (w *world) ask(keys aws.Credentials, handler http.Handler) *sts.Client {
	return sts.New(sts.Options{
		Region: region, BaseEndpoint: aws.String("http://sandbox.invalid"), HTTPClient: inside{handler}, Retryer: aws.NopRetryer{},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }),
	})
}

// inside calls a handler instead of a server.
type inside struct{ http.Handler }

func (i inside) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.Host, r.RequestURI = r.URL.Host, "/"
	r.Header.Set("Content-Length", fmt.Sprint(r.ContentLength)) // a server finds it there
	recorder := httptest.NewRecorder()
	i.ServeHTTP(recorder, r)
	return recorder.Result(), nil
}

// identify asks the sandbox itself whose a session is. Nobody can make that up:
// it answers by the signature, for which it alone gave out the secret, and by
// its own note of the session that the token stands for.
func (w *world) identify(ctx context.Context, c aws.Credentials) (arn string, err error) {
	out, err := w.sts(c).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Arn), nil
}
