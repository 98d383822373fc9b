package sandbox

import (
	"slices"
	"strings"

	"karikagi/internal/strictyaml"
)

// identityProvider is an OpenID Connect provider of IAM: AssumeRoleWithWebIdentity takes its tokens for roles of its account.
type identityProvider struct {
	account   *awsAccount
	host      string   // the issuer without https://; with a path for EKS
	clientIDs []string // the audiences that its tokens may have
}

// arn is what trust policies call it: IAM guide, "IAM identifiers".
func (p *identityProvider) arn() string {
	return "arn:" + p.account.partition + ":iam::" + p.account.id + ":oidc-provider/" + p.host
}

// readProvider reads an identity provider. Its keys are not in the file: tokens are signed by the Server itself.
func (a *awsAccount) readProvider(v strictyaml.Value) error {
	s := sectionOf(v, "identity provider", "url", "client_ids")
	s.Need("url")
	p := &identityProvider{account: a, host: strings.TrimPrefix(s.Text("url", "", wantIssuer), "https://")}
	if slices.ContainsFunc(a.providers, func(other *identityProvider) bool { return other.host == p.host }) {
		s.Fail("url", "identity provider %q is there twice", p.host)
	}
	s.Need("client_ids")
	s.Each("client_ids", func(v strictyaml.Value) error {
		id, err := v.Text(s.What + ": client_ids")
		if err == nil && (id == "" || len(id) > 255) {
			err = v.Errorf("%s: client_ids: want 1 to 255 characters", s.What) // IAM API reference, AddClientIDToOpenIDConnectProvider
		}
		p.clientIDs = append(p.clientIDs, id)
		return err
	})
	a.providers = append(a.providers, p)
	return s.Err()
}

// wantIssuer: IAM API reference, CreateOpenIDConnectProvider, Url: "must begin with https://", no port and no query.
func wantIssuer(url string) string {
	host, ok := strings.CutPrefix(url, "https://")
	bad := strings.ContainsFunc(host, func(r rune) bool { return !isWordRune(r) && !strings.ContainsRune("./-", r) })
	if ok && !bad && host != "" && strings.Trim(host, "/.") == host && len(url) <= 255 {
		return ""
	}
	return "a URL such as https://token.actions.githubusercontent.com"
}

// provider finds the identity provider of an issuer in an account; nil where there is none.
func (a *Account) provider(partition, account, issuer string) *identityProvider {
	for _, of := range a.accounts {
		for _, p := range of.providers {
			if of.partition == partition && of.id == account && "https://"+p.host == issuer {
				return p
			}
		}
	}
	return nil
}
