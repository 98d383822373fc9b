// Package sandbox is a throw-away AWS account on loopback: an http.Handler that answers as STS does (query protocol, Version 2011-06-15:
// GetCallerIdentity, AssumeRole, AssumeRoleWithWebIdentity, GetSessionToken), as IAM does for ListMFADevices alone (Version 2010-05-08),
// and, for console users, as CloudShell's container-credentials endpoint does; and, apart from them, a Lambda Function URL of auth type
// AWS_IAM in front of whatever function it is given. It is strict: what AWS refuses, it refuses, with AWS's code and sentence. It knows
// nothing of what the function does, reads no environment variable and never talks to AWS; nothing that it issues is worth anything outside
// of it.
//
// The account that is built in (account.yaml beside this file; a reader's own file replaces it):
//
//	account       name              what it is
//	123456789012  ueno              console user: CloudShell only, no access key; may assume FromMyAccount and nothing else
//	123456789012  testuser          access key, MFA device, which he may look up; may assume toy-role, sts_role, with-external-id, needs-mfa, first-hop, in-second-account; may call the function
//	123456789012  /team/blue/alice  access key, tag team=blue; may assume toy-role; may call the function
//	123456789012  x                 access key, a name too short for a role session name; may assume toy-role
//	123456789012  fido-only         access key, a passkey and no device that shows codes; may assume needs-mfa
//	123456789012  root              access key; assumes no role
//	123456789012  FromMyAccount     1 h; trusts ueno, whose role session name must be his user name; may assume toy-role; may call the function
//	123456789012  toy-role          1 h; trusts the account
//	123456789012  sts_role          12 h; trusts the account, session tags and source identity included; may assume behind_sts_role
//	123456789012  behind_sts_role   1 h, path /team/; trusts sts_role with the tag team=blue and the source identity testuser
//	123456789012  with-external-id  1 h; trusts the account with external ID toy-external-id
//	123456789012  needs-mfa         1 h; trusts the account with MFA
//	123456789012  first-hop         12 h; trusts testuser; may assume second-hop
//	123456789012  second-hop        12 h; trusts first-hop only
//	123456789012  machine           1 h; trusts EC2, ECS, EKS and Lambda; may assume toy-role
//	123456789012  site-deploy       1 h; trusts tokens of GitHub's and of an EKS cluster's identity provider; may assume toy-role
//	123456789012  AWSReservedSSO_Developer_0123456789abcdef  12 h; a permission set of IAM Identity Center; may assume toy-role
//	123456789012  karikagi-function 1 h; the function's execution role: trusts the Lambda service only; may assume data-reader, with tags and source identity
//	210987654321  in-second-account 1 h; trusts testuser of the first account
//	210987654321  data-reader       1 h; trusts karikagi-function with external ID karikagi-210987654321; may read arn:aws:s3:::data/*
//
// # Fidelity
//
// Each rule is AWS's, on the page named; "observed" is what public records of the live service show where no page says it.
//
//   - Documents: STS API reference, samples of each action; errors: the same, Common Error Types. Indentation, the order of elements, the
//     XML namespace of InvalidAction, the first of repeated parameters, integers out of range (MalformedInput): observed.
//   - Signatures: IAM guide, "Create a signed AWS API request". Order of the checks: shape of the header, clock (5 minutes), host
//     signed, scope, token belonging to the key, token expired, signature: observed.
//   - Parameters: STS API reference, AssumeRole and GetSessionToken, with the lengths and patterns of the service model.
//   - Durations: AssumeRole, DurationSeconds (900-43200, the role's maximum; one hour when roles are chained: IAM guide, "Roles terms
//     and concepts"); the range first, then the role, then the chain: observed. GetSessionToken: 900-129600, and one hour for root.
//   - Who may assume: IAM guide, "Policy evaluation logic"; "Roles may not be assumed by root accounts.": observed. A role that
//     does not exist answers as one that does not trust the caller: observed.
//   - Session tags: IAM guide, "Pass session tags in AWS STS" (50, unique without regard to case, sts:TagSession, transitive tags
//     inherited and not to be overridden); inherited tags need sts:TagSession too: observed.
//   - Source identity: IAM guide, "Monitor and control actions taken with assumed roles" (sts:SetSourceIdentity, set once, inherited).
//   - Session policies: STS API reference, AssumeRole, Policy and PolicyArns; PackedPolicySize is an estimate, AWS publishes no formula.
//   - MFA: IAM guide, "Secure API access with MFA"; the key is absent for long-term keys and false in role sessions: the same page and
//     "AWS global condition context keys", aws:MultiFactorAuthPresent.
//   - Web identities: STS API reference, AssumeRoleWithWebIdentity; IAM guide, "Available keys for AWS OIDC federation" (aud and sub). The
//     Server signs as every identity provider; the codes and most of the sentences of refusals: observed.
//   - ListMFADevices: IAM API reference; service authorization reference, "AWS Identity and Access Management" (the resource is the user,
//     also where none is named); who is not a user must name one, and a GetSessionToken session without MFA is not valid at IAM
//     (InvalidClientTokenId): observed. Serial numbers of passkeys and security keys, u2f/user/NAME/...: observed.
//   - CloudShell: the container-credentials protocol of the AWS SDKs reference guide, "Container credential provider".
//   - Sign-in to the console: IAM guide, "Enable custom identity broker access to the AWS console"; SessionDuration refused where roles
//     are chained: AWS knowledge center, "Invalid credentials parameter".
//   - Function URLs: Lambda developer guide, "Invoking Lambda function URLs" and "Control access to Lambda function URLs"; the documents
//     of refusals: observed, but those for what is too large or fails (413, 502). The root user may call, as he may do everything.
//
// Not here: presigned requests, SigV4A, the other STS and IAM actions, service control policies and permissions boundaries.
package sandbox

import (
	"cmp"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// Options are what a Server is made of.
type Options struct {
	Account *Account         // nil: DefaultAccount
	Now     func() time.Time // nil: time.Now
	Log     io.Writer        // one line a request; nil: none
}

// Server is the account, its credentials and its sessions. It may be used by many goroutines.
type Server struct {
	account *Account
	clock   clock
	log     *recorder
	keys    map[string]*longTermKey // by access key ID; never changed after New
	console []consoleToken
	// clockToken lets its bearer move the clock.
	clockToken string
	sessions   sessions
	logins     logins
	codes      usedCodes
	signer     tokenSigner
}

// New makes an account that lives as long as the Server does. Its access keys, secrets and tokens are random each time.
func New(o Options) (*Server, error) {
	if o.Account == nil {
		o.Account = DefaultAccount()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Account.empty() {
		return nil, errors.New("sandbox account: want at least one account")
	}
	s := &Server{
		account:    o.Account,
		clock:      clock{now: o.Now, offset: new(atomic.Int64)},
		log:        newRecorder(cmp.Or[io.Writer](o.Log, io.Discard)),
		keys:       map[string]*longTermKey{},
		clockToken: newToken(32),
	}
	for u := range o.Account.allUsers() {
		if u.accessKey {
			k := newLongTermKey(u)
			s.keys[k.id] = k
		}
		if u.console {
			s.console = append(s.console, consoleToken{value: newToken(32), user: u, signedIn: s.clock.real()})
		}
	}
	return s, nil
}

// ServeHTTP answers one request and writes one line to the log.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := s.newCall(w, r)
	defer c.finish()
	switch r.URL.Path {
	case "/":
		c.serveQuery()
	case containerPath:
		c.serveContainer()
	case clockPath:
		c.serveClock()
	case federationPath:
		c.serveFederation()
	case consolePath:
		c.serveConsole()
	default:
		c.serveUnknown("")
	}
}
