package caller

// Role is an IAM role.
type Role struct {
	Partition string
	Account   string
	Path      string // "/" or "/a/b/"
	Name      string
}

// ARN is the role's own ARN, with its path: arn:aws:iam::123456789012:role/a/b/Name.
func (r Role) ARN() string {
	path := r.Path
	if path == "" {
		path = "/"
	}
	return "arn:" + r.Partition + ":iam::" + r.Account + ":role" + path + r.Name
}
