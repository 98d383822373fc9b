package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/workbench"
)

// The served session: testuser's own, of a role that trusts the account.
const (
	servedRole    = "arn:aws:iam::123456789012:role/toy-role"
	servedSession = "arn:aws:sts::123456789012:assumed-role/toy-role/testuser"
)

// servedLife is how long sessions live in a load of some length, so that many
// end and are renewed within each temper. STS states whole seconds.
func servedLife(total time.Duration) time.Duration {
	return min(3*time.Second, max(time.Second, total/20))
}

// serve is `karikagi serve` under load.
type serve struct {
	karikagi string
	folder   string
	seed     uint64
	life     time.Duration // of sessions, for which STS's least is fifteen minutes
	usual    footprint

	turns map[temper]int // of the hostile STS: it goes on where it stopped
}

// post is one `karikagi serve`, in a world of its own.
type post struct {
	*world
	server *workbench.Server

	connections []*http.Client // of the clients

	mu    sync.Mutex
	known map[string]verified // by the whole answer
}

// openPost starts `karikagi serve` for a user's temporary credentials, whose
// token is one more secret that must not show.
func (s *serve) openPost(ctx context.Context) (*post, error) {
	w, err := openWorld(ctx, s.seed)
	if err != nil {
		return nil, err
	}
	p := &post{world: w, known: map[string]verified{}}
	if w.hostile.trap, err = w.serve(ctx, w.hostile.trapHandler()); err != nil {
		p.close()
		return nil, err
	}
	// It is asked too seldom for chance to find each way to be hostile.
	w.hostile.lifetime, w.hostile.inOrder, w.hostile.turns = s.life, true, maps.Clone(s.turns)
	keys, err := w.userKeys("testuser")
	if err != nil {
		p.close()
		return nil, err
	}
	out, err := w.sts(keys).GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(43200)})
	if err != nil {
		p.close()
		return nil, err
	}
	c := out.Credentials
	// Somebody else has a session of the role, which STS could hand out again.
	if err := w.anotherSession(ctx); err != nil {
		p.close()
		return nil, err
	}
	p.server, err = workbench.StartServe(ctx, s.karikagi, []string{
		"AWS_REGION=" + region, "AWS_ENDPOINT_URL_STS=" + w.url, "AWS_EC2_METADATA_DISABLED=true", "HOME=" + s.folder, "PATH=" + os.Getenv("PATH"),
		"AWS_ACCESS_KEY_ID=" + *c.AccessKeyId, "AWS_SECRET_ACCESS_KEY=" + *c.SecretAccessKey, "AWS_SESSION_TOKEN=" + *c.SessionToken,
	}, "--timeout", "2s", "--duration", "15m", servedRole)
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// anotherSession lets the hostile STS give a session of the served role to
// another user.
func (w *world) anotherSession(ctx context.Context) error {
	keys, err := w.userKeys("deployer")
	if err != nil {
		return err
	}
	_, err = w.ask(keys, w.hostile).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String(servedRole), RoleSessionName: aws.String("deployer")})
	return err
}

func (p *post) close() {
	if p.server != nil {
		p.server.End()
	}
	p.world.close()
}

// client asks for the session again and again, and now and then as somebody who
// must not have it.
func (p *post) client(ctx context.Context, random *rand.Rand) client {
	connection := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	p.connections = append(p.connections, connection)
	return func() sample { return p.ask(ctx, connection, random.IntN(20)) }
}

// The kinds of clients that get no session. Any other number is one that may.
const (
	wrongToken = iota
	noToken
	wrongHost
	fromPage
	strangers
)

// ask makes one request and judges the answer.
func (p *post) ask(ctx context.Context, connection *http.Client, kind int) sample {
	first := p.hostile.now.Load()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.server.URL, nil)
	if err != nil {
		return sample{from: first, to: first, became: service, fault: err.Error()}
	}
	r.Header.Set("Authorization", p.server.Token)
	switch kind {
	case wrongToken:
		r.Header.Set("Authorization", p.server.Token+"x")
	case noToken:
		r.Header.Del("Authorization")
	case wrongHost:
		r.Host = "rebound.example:80"
	case fromPage:
		r.Header.Set("Origin", "https://page.example")
	}
	got, ended := p.hostile.send(connection, r, first)
	if ended.fault != "" {
		return ended
	}
	ended.became, ended.fault = p.judgeServed(ctx, kind < strangers, got)
	return ended
}

// sessions is how many were served.
func (p *post) sessions() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.known)
}

// measureUsual measures a process that has served a handful, and has met the
// largest answer.
func (s *serve) measureUsual(ctx context.Context) error {
	p, err := s.openPost(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	c := p.client(ctx, rand.New(rand.NewPCG(s.seed, 1<<32))) //nolint:gosec // it must be foreseeable
	p.hostile.turnTo(huge)
	if !patiently(patience, func() bool { c(); return p.hostile.count(huge) > 0 }) {
		return errors.New("karikagi serve does not renew its session")
	}
	if s.usual, err = p.settle(c, 0); err != nil {
		return err
	}
	return nil
}

// settle waits until the session is renewed once more, has a handful served and
// measures the process. It ends it.
func (p *post) settle(c client, usual int) (f footprint, err error) {
	p.hostile.turnTo(normal)
	before := p.sessions()
	if !patiently(patience, func() bool { c(); return p.sessions() > before }) {
		return f, errors.New("karikagi serve does not renew its session any more")
	}
	for range handful {
		c()
	}
	// What the other clients have closed is closed on this side a little later.
	patiently(patience, func() bool { return usual == 0 || workbench.Descriptors(p.server.PID()) <= usual+moreDescriptors })
	f.descriptors, f.memory = workbench.Descriptors(p.server.PID()), workbench.Memory(p.server.PID(), workbench.Resident)
	dump, err := p.server.Quit()
	if err != nil {
		return f, err
	}
	var complaint string
	f.goroutines, complaint = countGoroutines(dump)
	if fault := cleanReason([]byte(complaint)); f.goroutines == 0 || fault != "" {
		return f, fmt.Errorf("karikagi serve wrote to stderr: %s: %.300q", fault, complaint)
	}
	return f, nil
}

// load drives so many clients, and looks for what is left behind.
func (s *serve) load(ctx context.Context, clients int, total time.Duration) (*tally, leak, error) {
	p, err := s.openPost(ctx)
	if err != nil {
		return nil, leak{}, err
	}
	defer p.close()
	last := p.client(ctx, rand.New(rand.NewPCG(s.seed, 2<<32))) //nolint:gosec // it must be foreseeable
	var all []client
	for n := range clients {
		all = append(all, p.client(ctx, randomOf(s.seed, ofServe, n)))
	}
	t := drive(ctx, p.hostile, total, patience, all)
	if ctx.Err() != nil {
		return nil, leak{}, ctx.Err()
	}
	t.ways, s.turns = p.hostile.history()
	for _, c := range p.connections {
		c.CloseIdleConnections()
	}
	l := leak{what: fmt.Sprintf("serve, %d clients", clients), usual: s.usual}
	if l.now, err = p.settle(last, s.usual.descriptors); err != nil {
		return nil, leak{}, err
	}
	l.of = fmt.Sprintf("%d sessions served", p.sessions())
	if p.hostile.trapped != 0 {
		t.fault(fmt.Sprintf("%d signed requests followed a redirection", p.hostile.trapped))
	}
	return t, l, nil
}
