package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/sandbox"
)

// court is a world with one session that STS gave to each of two callers of one
// name, and to a third.
type court struct {
	*world
	alice, developer, other *person
	of                      map[*person]product
}

func openCourt(t *testing.T) *court {
	t.Helper()
	w, err := openWorld(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.close)
	c := &court{world: w, of: map[*person]product{}}
	for _, p := range w.people {
		switch p.arn {
		case "arn:aws:iam::123456789012:user/team/blue/alice":
			c.alice = p
		case "arn:aws:sts::123456789012:assumed-role/Developer/alice":
			c.developer = p
		case "arn:aws:iam::123456789012:user/team/blue/blue-one":
			c.other = p
		}
	}
	for _, p := range []*person{c.alice, c.developer, c.other} {
		c.of[p] = c.vend(t, p)
	}
	return c
}

// vend is what the function does.
func (c *court) vend(t *testing.T, p *person) product {
	t.Helper()
	id, secret, token, _, err := c.account.RoleSession(executionRole, "karikagi")
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.world.ask(aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: token}, c.hostile).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::210987654321:role/all-reader"), RoleSessionName: aws.String(p.name()), ExternalId: aws.String("karikagi-210987654321"),
		SourceIdentity: aws.String("any" + p.mark()), DurationSeconds: aws.Int32(900),
	})
	if err != nil {
		t.Fatal(err)
	}
	k := out.Credentials
	return product{keys: aws.Credentials{AccessKeyID: *k.AccessKeyId, SecretAccessKey: *k.SecretAccessKey, SessionToken: *k.SessionToken},
		account: "210987654321", expiration: *k.Expiration}
}

// wants is a request for a session of all-data.
func wants(p *person) ask {
	return ask{who: p, method: http.MethodGet, path: "/grants/all-data/credentials", want: session, role: "all-reader", duration: 15 * time.Minute}
}

const testRequestID = "01234567-89ab-cdef-0123-456789abcdef"

func replyOf(status int, body string, more ...string) reply {
	r := reply{status: status, body: []byte(body), began: time.Now(), tempers: []temper{normal}, header: http.Header{
		"X-Amzn-Requestid": {testRequestID}, "Content-Type": {"application/json"}, "Cache-Control": {"no-store"}, "X-Content-Type-Options": {"nosniff"},
	}}
	for i := 0; i < len(more); i += 2 {
		if r.header.Del(more[i]); more[i+1] != "" {
			r.header.Set(more[i], more[i+1])
		}
	}
	return r
}

func text(p product) string {
	body, _ := json.Marshal(map[string]any{"Version": 1, "AccessKeyId": p.keys.AccessKeyID, "SecretAccessKey": p.keys.SecretAccessKey,
		"SessionToken": p.keys.SessionToken, "Token": p.keys.SessionToken, "Expiration": p.expiration.UTC().Format(time.RFC3339), "AccountId": p.account})
	return string(body)
}

func refusal(code, more string) string {
	return `{"code":"` + code + `","message":"no` + more + `","requestId":"` + testRequestID + `"}`
}

func exported(p product) string {
	return "export AWS_ACCESS_KEY_ID='" + p.keys.AccessKeyID + "'\nexport AWS_SECRET_ACCESS_KEY='" + p.keys.SecretAccessKey +
		"'\nexport AWS_SESSION_TOKEN='" + p.keys.SessionToken + "'\nexport AWS_CREDENTIAL_EXPIRATION='" + p.expiration.UTC().Format(time.RFC3339) + "'\n"
}

// What is right is let pass: without it, no fault below would mean anything.
func TestJudgePasses(t *testing.T) {
	c := openCourt(t)
	throttled := replyOf(429, refusal("Throttled", ""), "Retry-After", "3")
	throttled.tempers = []temper{throttling, normal}
	denied := wants(c.alice)
	denied.want = "AccessDenied"
	me := ask{who: c.developer, want: answer}
	for what, tt := range map[string]struct {
		ask    ask
		reply  reply
		became outcome
	}{
		"a session as JSON":    {wants(c.alice), replyOf(200, text(c.of[c.alice])), session},
		"a session as lines":   {wants(c.alice), replyOf(200, exported(c.of[c.alice]), "Content-Type", "text/plain; charset=utf-8"), session},
		"of a role session":    {wants(c.developer), replyOf(200, text(c.of[c.developer])), session},
		"throttled":            {wants(c.alice), throttled, "Throttled"},
		"denied":               {denied, replyOf(403, refusal("AccessDenied", "")), "AccessDenied"},
		"who the caller is":    {me, replyOf(200, `{"caller":{"arn":"`+c.developer.arn+`"},"grants":[{"name":"all-data"}]}`), answer},
		"refused by the front": {ask{want: service}, replyOf(403, `{"Message":"Forbidden"}`, "X-Amzn-Errortype", "AccessDeniedException"), service},
	} {
		if became, fault := c.judge(t.Context(), tt.ask, tt.reply); became != tt.became || fault != "" {
			t.Errorf("%s: %s, %q", what, became, fault)
		}
	}
}

// Each kind of violation is seen.
func TestJudgeSees(t *testing.T) {
	c := openCourt(t)
	alices := c.of[c.alice]
	with := func(change func(*product)) string {
		p := alices
		change(&p)
		return text(p)
	}
	denied := wants(c.alice)
	denied.want = "AccessDenied"
	me := ask{who: c.developer, want: answer}
	asJSON := func(body string) reply { return replyOf(200, body) }
	fromGarbage := asJSON(text(alices))
	fromGarbage.tempers = []temper{garbage}
	late := asJSON(with(func(p *product) { p.expiration = time.Now().Add(-time.Second) }))
	for what, tt := range map[string]struct {
		ask   ask
		reply reply
		fault string
	}{
		"another's session of the same name":    {wants(c.alice), asJSON(text(c.of[c.developer])), "a wrong caller's session"},
		"the same, the other way round":         {wants(c.developer), asJSON(text(alices)), "a wrong caller's session"},
		"another's session":                     {wants(c.alice), asJSON(text(c.of[c.other])), "a wrong caller's session"},
		"another's session as lines":            {wants(c.alice), replyOf(200, exported(c.of[c.other]), "Content-Type", "text/plain"), "a wrong caller's session"},
		"of another role":                       {ask{who: c.alice, want: session, role: "blue-reader", duration: time.Hour}, asJSON(text(alices)), "a wrong caller's session"},
		"in another account":                    {wants(c.alice), asJSON(with(func(p *product) { p.account = "123456789012" })), "a wrong caller's session"},
		"a session where there must be none":    {denied, asJSON(text(alices)), "none must be given"},
		"keys that nobody gave":                 {wants(c.alice), asJSON(with(func(p *product) { p.keys.AccessKeyID = "ASIAEXAMPLEEXAMPLE12" })), "does not know"},
		"another's secret":                      {wants(c.alice), asJSON(with(func(p *product) { p.keys.SecretAccessKey = c.of[c.other].keys.SecretAccessKey })), "does not know"},
		"a session that has ended":              {wants(c.alice), late, "has not ended"},
		"a session that lasts too long":         {wants(c.alice), asJSON(with(func(p *product) { p.expiration = time.Now().Add(time.Hour) })), "at most 15m"},
		"an empty success":                      {wants(c.alice), asJSON(""), "empty success"},
		"an empty object":                       {wants(c.alice), asJSON("{}"), "empty success"},
		"a success without a token":             {wants(c.alice), asJSON(with(func(p *product) { p.keys.SessionToken = "" })), "empty success"},
		"a success without a key":               {wants(c.alice), asJSON(with(func(p *product) { p.keys.AccessKeyID = "" })), "empty success"},
		"a success that caches may keep":        {wants(c.alice), replyOf(200, text(alices), "Cache-Control", ""), "no-store"},
		"a session out of garbage":              {wants(c.alice), fromGarbage, "it got session"},
		"a refusal while STS is itself":         {wants(c.alice), replyOf(503, refusal("Unavailable", ""), "Retry-After", "1"), "it got Unavailable"},
		"another code than the documented":      {denied, replyOf(404, refusal("NotFound", "")), "it got NotFound"},
		"a code that there is not":              {denied, replyOf(403, refusal("Nope", "")), "with status 403"},
		"a code with another's status":          {denied, replyOf(500, refusal("AccessDenied", "")), "with status 500"},
		"a page":                                {denied, replyOf(403, "<html>"), "not the documented JSON"},
		"one more key":                          {denied, replyOf(403, strings.Replace(refusal("AccessDenied", ""), "{", `{"role":"x",`, 1)), "not the documented JSON"},
		"two documents":                         {denied, replyOf(403, refusal("AccessDenied", "")+"{}"), "not the documented JSON"},
		"no message":                            {denied, replyOf(403, `{"code":"AccessDenied","requestId":"`+testRequestID+`"}`), "without a message"},
		"another request's id":                  {denied, replyOf(403, strings.Replace(refusal("AccessDenied", ""), "0123", "9999", 1)), "another request id"},
		"no id of the service":                  {denied, replyOf(403, refusal("AccessDenied", ""), "X-Amzn-Requestid", ""), "no request id"},
		"a refusal that caches may keep":        {denied, replyOf(403, refusal("AccessDenied", ""), "Cache-Control", "private"), "no-store"},
		"a refusal that is guessed at":          {denied, replyOf(403, refusal("AccessDenied", ""), "X-Content-Type-Options", ""), "nosniff"},
		"a refusal of another type":             {denied, replyOf(403, refusal("AccessDenied", ""), "Content-Type", "text/html"), "does not say it is JSON"},
		"no time to come back":                  {wants(c.alice), replyOf(503, refusal("Unavailable", "")), "Retry-After"},
		"a time to come back for nothing":       {denied, replyOf(403, refusal("AccessDenied", ""), "Retry-After", "1"), "Retry-After"},
		"a secret in a refusal":                 {denied, replyOf(403, refusal("AccessDenied", alices.keys.SecretAccessKey)), "a secret is in it"},
		"STS's words in a refusal":              {denied, replyOf(403, refusal("AccessDenied", hostileWords)), "whoever answered for STS"},
		"a secret in the front's refusal":       {ask{want: service}, replyOf(403, alices.keys.SessionToken, "X-Amzn-Errortype", "x"), "a secret is in it"},
		"who somebody else is":                  {me, asJSON(`{"caller":{"arn":"` + c.alice.arn + `"},"grants":[{"name":"all-data"}]}`), "want those of"},
		"the grants of somebody else":           {me, asJSON(`{"caller":{"arn":"` + c.developer.arn + `"},"grants":[{"name":"all-data"},{"name":"operations"}]}`), "want those of"},
		"who the caller is, in the front's way": {me, replyOf(403, `{}`, "X-Amzn-Errortype", "x"), "it got service"},
	} {
		if _, fault := c.judge(t.Context(), tt.ask, tt.reply); !strings.Contains(fault, tt.fault) {
			t.Errorf("%s: %q: want %q in it", what, fault, tt.fault)
		}
	}
}

// The sandbox's word and the book are asked both: a book that is wrong does not
// make another's session one's own.
func TestJudgeAsksTheSandbox(t *testing.T) {
	c := openCourt(t)
	others := c.of[c.other]
	c.hostile.issued[others.keys.AccessKeyID] = c.hostile.issued[c.of[c.alice].keys.AccessKeyID]
	if _, fault := c.judge(t.Context(), wants(c.alice), replyOf(200, text(others))); !strings.Contains(fault, "a wrong caller's session: of arn") {
		t.Errorf("%q", fault)
	}
}

// The same of what `karikagi serve` answers.
func TestJudgeServed(t *testing.T) {
	w, err := openWorld(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer w.close()
	served := func(user string, expiration time.Time) string {
		keys, err := w.userKeys(user)
		if err != nil {
			t.Fatal(err)
		}
		out, err := w.sts(keys).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: aws.String(servedRole), RoleSessionName: &user})
		if err != nil {
			t.Fatal(err)
		}
		c := out.Credentials
		return text(product{aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}, "123456789012", expiration})
	}
	soon := time.Now().Add(time.Minute)
	own := served("testuser", soon)
	fail := func(code, reason string) string {
		return `{"code":"` + code + `","message":"` + reason + `","requestId":""}`
	}
	for what, tt := range map[string]struct {
		stranger     bool
		status       int
		body, header string // header: of Retry-After
		fault        string // "" for none
	}{
		"a session":                            {false, 200, own, "", ""},
		"the reason":                           {false, 503, fail("Unavailable", "the session has ended"), "1", ""},
		"STS's reason":                         {false, 503, fail("Unavailable", "AssumeRole: Throttling: "+hostileWords), "1", ""},
		"a stranger":                           {true, 403, fail("AccessDenied", "wrong token"), "", ""},
		"a session for a stranger":             {true, 200, own, "", "without the token"},
		"another's session":                    {false, 200, served("deployer", soon), "", "a wrong caller's session"},
		"a session that has ended":             {false, 200, served("testuser", time.Now().Add(-time.Second)), "", "had ended"},
		"an empty success":                     {false, 200, "", "", "empty success"},
		"a session that nobody gave":           {false, 200, strings.Replace(own, "ASIA", "ASIB", 1), "", "does not know"},
		"no reason":                            {false, 503, fail("Unavailable", ""), "1", "without a message"},
		"no time to come back":                 {false, 503, fail("Unavailable", "x"), "", "Retry-After"},
		"no access for whoever may":            {false, 403, fail("AccessDenied", "x"), "", "it got AccessDenied"},
		"a stranger who hears of the session":  {true, 503, fail("Unavailable", "x"), "1", "it got Unavailable"},
		"a page's words in the reason":         {false, 503, fail("Unavailable", hostileWords), "1", "whoever answered for STS"},
		"a secret in the reason":               {false, 503, fail("Unavailable", "AssumeRole: SignatureDoesNotMatch: "+sandbox.Mark), "1", "a secret is in it"},
		"a refusal that is not the documented": {false, 502, "<html>", "", "not the documented JSON"},
	} {
		p := &post{world: w, known: map[string]verified{}}
		r := replyOf(tt.status, tt.body, "X-Amzn-Requestid", "", "Retry-After", tt.header)
		_, fault := p.judgeServed(t.Context(), tt.stranger, r)
		if (fault == "") != (tt.fault == "") || !strings.Contains(fault, tt.fault) {
			t.Errorf("%s: %q: want %q in it", what, fault, tt.fault)
		}
	}
}

// The codes are all of the documents, and each temper allows some of them.
func TestStatuses(t *testing.T) {
	known := statuses()
	for _, temper := range []temper{normal, throttling, slow, resetting, garbage} {
		for _, o := range instead(temper) {
			if _, is := known[o]; !is && o != session {
				t.Errorf("%s: %s is no code", temper, o)
			}
		}
	}
	if len(maps.Collect(maps.All(known))) != 10 {
		t.Errorf("%d codes", len(known))
	}
}
