package vend

import "karikagi/internal/api"

// metrics are the part of a record that CloudWatch reads as metrics, out of the
// same line (CloudWatch user guide, "Specification: Embedded metric format").
// There is no dimension of grants or callers: each value of one costs money, and
// callers choose the names of grants that they ask for.
type metrics struct {
	AWS      *embedded `json:"_aws"`
	Function string    `json:"function,omitempty"`

	Vended    int     `json:"vended"`
	Denied    int     `json:"denied"`
	Throttled int     `json:"throttled"`
	Failed    int     `json:"failed"`
	Latency   float64 `json:"latency"` // milliseconds, the whole request
	// PackedPolicySize is in percent of STS's limit; nil where STS gave nothing.
	PackedPolicySize *int `json:"packed_policy_size,omitempty"`

	timestamp int64
}

// namespace is where CloudWatch shows the metrics.
const namespace = "karikagi"

// embedded is what CloudWatch needs to know of the line.
type embedded struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []directive
}

type directive struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metric
}

type metric struct{ Name, Unit string }

// count files a request by how it ended. A mistake in a request is neither a
// denial nor a failure.
func (m *metrics) count(code api.Code, vended bool) {
	switch code {
	case api.AccessDenied, api.Unauthenticated:
		m.Denied = 1
	case api.Throttled:
		m.Throttled = 1
	case api.InternalError, api.DownstreamRefused, api.Unavailable:
		m.Failed = 1
	case "":
		if vended {
			m.Vended = 1
		}
	}
}

// describe names the metrics of this line.
func (m *metrics) describe() *embedded {
	d := directive{Namespace: namespace, Dimensions: [][]string{{}}, Metrics: []metric{
		{"vended", "Count"}, {"denied", "Count"}, {"throttled", "Count"}, {"failed", "Count"}, {"latency", "Milliseconds"},
	}}
	if m.Function != "" {
		d.Dimensions = [][]string{{"function"}}
	}
	if m.PackedPolicySize != nil {
		d.Metrics = append(d.Metrics, metric{"packed_policy_size", "Percent"})
	}
	return &embedded{Timestamp: m.timestamp, CloudWatchMetrics: []directive{d}}
}
