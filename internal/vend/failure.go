package vend

import (
	"errors"
	"fmt"
	"slices"

	"karikagi/internal/api"
	"karikagi/internal/session"
)

// failure is what a caller and the operator are told when STS gave no session.
// The rule of the record stays the document's, which allowed it.
func (x *exchange) failure(err error) *Refusal {
	e, ok := errors.AsType[*session.Error](err)
	if !ok {
		return &Refusal{Code: api.InternalError, Detail: fmt.Sprintf("%T", err)}
	}
	x.record.STSRequestID = e.RequestID
	f := &Refusal{Code: api.DownstreamRefused, Detail: loggable(e)}
	switch {
	case e.Expired():
		// The execution role's credentials do not change while the process lives.
		x.Expired()
		f.Code, f.retryAfter = api.Unavailable, 1
	case slices.Contains(throttles(), e.Code):
		f.Code, f.retryAfter = api.Throttled, x.retryAfter()
	case e.Problem == session.ProblemSetup, slices.Contains(ownFaults(), e.Code), e.WrongClock():
		f.Code = api.InternalError
	case e.Problem != session.ProblemRefused, e.Status >= 500:
		f.Code, f.retryAfter = api.Unavailable, x.retryAfter()
	}
	return f
}

// throttles are STS's words for too many requests, with HTTP status 400.
func throttles() []string {
	return []string{"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"}
}

// ownFaults are STS's words for a call that nobody's trust policy was asked for:
// the function's own credentials or its signature are wrong.
func ownFaults() []string {
	return []string{"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "IncompleteSignature",
		"MissingAuthenticationToken", "RequestExpired", "OptInRequired"}
}

// loggable is an error for the record. STS explains a wrong signature by the
// text that it signed, where the session token stands: of ownFaults only the
// code is kept.
func loggable(e *session.Error) string {
	if e.Problem == session.ProblemRefused && slices.Contains(ownFaults(), e.Code) {
		return fmt.Sprintf("%s: %s (request id %s)", e.Operation, e.Code, e.RequestID)
	}
	return e.Error()
}

// retryAfter is 1 to 5 seconds, another number for another request, so that
// those who were throttled together do not come back together.
func (x *exchange) retryAfter() int {
	sum := 0
	for i := range len(x.call.RequestID) {
		sum += int(x.call.RequestID[i])
	}
	return 1 + sum%5
}
