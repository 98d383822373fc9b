package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"karikagi/internal/caller"
)

// identityCenter is where IAM Identity Center makes its roles, and nobody else can: IAM guide, "AWS reserved roles".
const identityCenter = "/aws-reserved/sso.amazonaws.com/"

// machineServices are those that hand a role's credentials to what runs on them: EC2's instance metadata, the container endpoints of ECS and EKS.
func machineServices() []string {
	return []string{"ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "pods.eks.amazonaws.com"}
}

// trustedMachines are the services that a trust policy lets assume its role.
func trustedMachines(trust []byte) []string {
	return slices.DeleteFunc(machineServices(), func(service string) bool { return !trustsService(trust, service) })
}

// Issued are credentials as a service of AWS hands them out. Secret access key and session token are secret, and marked.
type Issued struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Expiration                                 time.Time
}

// MachineSession gives credentials as the named service hands those of a role to what runs on it: ec2.amazonaws.com,
// ecs-tasks.amazonaws.com, pods.eks.amazonaws.com, or sso.amazonaws.com for a permission set of IAM Identity Center.
func (s *Server) MachineSession(service, roleARN, sessionName string, duration time.Duration) (Issued, error) {
	if err := caller.ValidateRoleSessionName(sessionName); err != nil {
		return Issued{}, err
	}
	r := s.account.role(roleARN)
	if r == nil || !slices.Contains(r.machines, service) && (service != "sso.amazonaws.com" || !strings.HasPrefix(r.Path, identityCenter)) {
		return Issued{}, fmt.Errorf("sandbox role %q: want a role that %s may assume", shorten(roleARN, maxLogReason), service)
	}
	return s.hand(&session{role: r, name: sessionName}, duration), nil
}

// SignIn gives a user's own temporary credentials, as aws login does for whoever signs in to the console.
func (s *Server) SignIn(name string) (Issued, error) {
	u, err := s.account.user(name)
	if err != nil {
		return Issued{}, err
	}
	if !u.console && !u.root {
		return Issued{}, fmt.Errorf("sandbox user %q: want one with console access", name)
	}
	return s.hand(&session{user: u}, consoleDuration), nil
}

func (s *Server) hand(n *session, duration time.Duration) Issued {
	now := s.clock.real()
	token, expiration := s.issue(n, now, s.clock.at(now), duration)
	return Issued{n.accessKeyID, n.secret, token, expiration}
}
