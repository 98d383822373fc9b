package api

// Code is why a request was not answered with what it asked for. The set is
// closed: whatever else goes wrong is an InternalError.
type Code string

// The codes of the function.
const (
	BadRequest        Code = "BadRequest"        // the request is wrong by itself, whoever sends it
	Unauthenticated   Code = "Unauthenticated"   // the service names no caller
	AccessDenied      Code = "AccessDenied"      // no such grant, or not for this caller: one answer for both
	NotFound          Code = "NotFound"          // no such path
	MethodNotAllowed  Code = "MethodNotAllowed"  // the path takes other methods
	TooLarge          Code = "TooLarge"          // the body is larger than MaxBody
	Throttled         Code = "Throttled"         // STS throttles: try again after Retry-After
	InternalError     Code = "InternalError"     // the function failed; its log says why
	DownstreamRefused Code = "DownstreamRefused" // the grant allows it and the role, or STS, does not
	Unavailable       Code = "Unavailable"       // STS cannot be asked now: try again after Retry-After
)

// MaxBody is the largest body of a request, decoded, in bytes.
const MaxBody = 16 << 10

// Status is the HTTP status of a code. It is 500 for what is no code of ours.
func (c Code) Status() int {
	for _, row := range table() {
		if row.code == c {
			return row.status
		}
	}
	return 500
}

// CodeOf is the code of an HTTP status, "" where the function answers no such
// status. The service itself answers some of them too, without a code.
func CodeOf(status int) Code {
	for _, row := range table() {
		if row.status == status {
			return row.code
		}
	}
	return ""
}

// table is the one list of codes and statuses, for both halves.
func table() [10]struct {
	code   Code
	status int
} {
	return [...]struct {
		code   Code
		status int
	}{
		{BadRequest, 400},
		{Unauthenticated, 401},
		{AccessDenied, 403},
		{NotFound, 404},
		{MethodNotAllowed, 405},
		{TooLarge, 413},
		{Throttled, 429},
		{InternalError, 500},
		{DownstreamRefused, 502},
		{Unavailable, 503},
	}
}
