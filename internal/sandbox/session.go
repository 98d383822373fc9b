package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"sort"
	"sync"
	"time"

	"karikagi/internal/iam"
)

// session is what STS knows of temporary credentials that it issued: to whom, and what they carry on to the next role.
type session struct {
	accessKeyID string
	secret      string // to check signatures with; it leaves the sandbox once, in the answer that issues it

	user *user // GetSessionToken and CloudShell: the user himself; else nil
	role *role // AssumeRole; else nil
	name string

	console bool // CloudShell: of a sign-in to the console, and not of GetSessionToken
	chained bool // AssumeRole with temporary credentials

	sourceIdentity string // set once, and inherited by every later role
	tags           []sessionTag
	policies       []iam.Document // session policies; nil: none
	mfa            time.Time      // when the user proved MFA; zero: he did not

	// On the sandbox's clock, which may be ahead of the client's.
	issued, expires time.Time
	// forget is on the real clock: until then an expired session still answers ExpiredToken, as AWS's do for ever.
	forget time.Time
}

// sessionTag is a tag of a session; a transitive one is carried on to the next role.
type sessionTag struct {
	key, value string
	transitive bool
}

const (
	// remember is how long an expired session is remembered.
	remember = 48 * time.Hour
	// maxSessions bounds the memory of a sandbox that is left running.
	maxSessions = 20000
)

// sessions are found by the hash of their token: a lookup by the token itself would take longer the more of it is right.
type sessions struct {
	mu     sync.Mutex
	byHash map[[sha256.Size]byte]*session
}

// add remembers a session under its token, and makes room where there is none.
func (s *sessions) add(token string, n *session, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byHash == nil {
		s.byHash = map[[sha256.Size]byte]*session{}
	}
	if len(s.byHash) >= maxSessions {
		s.prune(now)
	}
	s.byHash[sha256.Sum256([]byte(token))] = n
}

// prune forgets what expired long ago, and then, if that was not enough, the half that ends first.
func (s *sessions) prune(now time.Time) {
	var ends []time.Time
	for hash, old := range s.byHash {
		if now.After(old.forget) {
			delete(s.byHash, hash)
			continue
		}
		ends = append(ends, old.forget)
	}
	if len(ends) < maxSessions {
		return
	}
	sort.Slice(ends, func(i, j int) bool { return ends[i].Before(ends[j]) }) // see canonical.go for the size of it
	for hash, old := range s.byHash {
		if !old.forget.After(ends[len(ends)/2]) {
			delete(s.byHash, hash)
		}
	}
}

// find gives the session of a token, if the token was issued together with that access key.
func (s *sessions) find(token, accessKeyID string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.byHash[sha256.Sum256([]byte(token))]
	if found == nil || subtle.ConstantTimeCompare([]byte(found.accessKeyID), []byte(accessKeyID)) != 1 {
		return nil
	}
	return found
}

// issue fills in the credentials of a session and remembers it. now is the real time and today the sandbox's; the expiration is in real
// time.
func (s *Server) issue(n *session, now, today time.Time, duration time.Duration) (token string, expiration time.Time) {
	token = newSessionToken()
	n.accessKeyID, n.secret = newAccessKeyID("ASIA"), newSecret()
	expiration = now.Truncate(time.Second).Add(duration)
	n.expires = expiration.Add(today.Sub(now))
	n.issued = n.expires.Add(-duration)
	n.forget = expiration.Add(remember)
	s.sessions.add(token, n, now)
	return token, expiration
}

// issue answers a request with the credentials of a session.
func (c *call) issue(n *session, duration time.Duration) temporaryCredentials {
	token, expiration := c.server.issue(n, c.now, c.today, duration)
	return temporaryCredentials{
		AccessKeyID: n.accessKeyID, SecretAccessKey: n.secret, SessionToken: token, Expiration: timestamp(expiration),
	}
}
