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

// Session is the principal of a session of the role, as GetCallerIdentity shows
// it: without the role's path.
func (r Role) Session(name string) Caller {
	return Caller{
		ARN:       "arn:" + r.Partition + ":sts::" + r.Account + ":assumed-role/" + r.Name + "/" + name,
		Partition: r.Partition, Account: r.Account, Kind: AssumedRole, Name: r.Name, Session: name,
	}
}
