# What `make demo` shows: the main job, in the sandbox, where you are the user
# ueno in CloudShell. ueno signs in through the console only: no access key of
# his exists, and he may use one role.
say() { printf '\n# %s\n' "$*"; }
run() { printf '$ %s\n' "$*"; eval "$*" 2>&1 || true; }

say 'Who am I, and what will a role see of me?'
run karikagi whoami

say 'What I may not do is denied, and I am told whose policy to look at.'
run 'karikagi export toy-role'

say 'So I borrow a key: a session of the one role that I may use. It bears my name.'
run 'karikagi export FromMyAccount'

say 'Pasted into a terminal, the lines work: the same call, now allowed.'
run 'eval "$(karikagi export --quiet FromMyAccount)"'
run 'karikagi export toy-role >/dev/null'

say 'Whoever reads the log afterwards sees the person, through both roles; and why a call was denied.'
run "grep -o 'caller=.*toy-role role_session_name=.* result=allowed' \$KARIKAGI_SANDBOX/log | sed 's/ access_key_id=[^ ]*//'"
run "grep -o 'role_arn=.*result=AccessDenied reason=.*' \$KARIKAGI_SANDBOX/log | sed 's/ request_id=.*//'"

say 'The vending function decides by a document, and vends what a grant allows: to curl, too.'
if command -v curl >/dev/null; then
	# The keys go through a file descriptor, so that no process list shows them.
	ask() {
		printf 'user = "%s:%s"\nheader = "x-amz-security-token: %s"\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" |
			curl -sS --config - --aws-sigv4 aws:amz:us-east-1:lambda "$KARIKAGI_URL$1"
	}
	run "ask 'grants/team-data-reader/credentials?reason=demo&team=blue'"
	run "ask 'grants/payroll/credentials'"
fi
run 'karikagi grants'
run 'karikagi export --grant team-data-reader --parameter team=blue --reason demo >/dev/null'
run 'karikagi export --grant payroll'

say 'Its audit record has who, what, by which rule, and no secret.'
run "sed -n 's/.*\"caller_arn\":\"\([^\"]*\)\".*\"grant\":\"\([^\"]*\)\".*\"decision\":\"\([^\"]*\)\",\"rule\":\"\([^\"]*\)\".*/\3 \2 to \1 by \4/p' \$KARIKAGI_SANDBOX/audit"

say 'An hour later the session has ended, and the message says what to do.'
run 'karikagi sandbox --advance 61m; karikagi whoami'
