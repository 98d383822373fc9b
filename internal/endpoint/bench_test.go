package endpoint

import (
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// Requests of eight clients at once, over connections that stay and over one each,
// as a new process of an SDK makes.
func BenchmarkRequests(b *testing.B) {
	for name, fresh := range map[string]bool{"kept": false, "fresh": true} {
		b.Run(name, func(b *testing.B) {
			a := &aws{life: time.Hour}
			first, err := a.fetch(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			e, err := Open(b.Context(), Options{Session: first, Fetch: a.fetch})
			if err != nil {
				b.Fatal(err)
			}
			defer e.Close()
			const clients = 8
			var all sync.WaitGroup
			took := make([][]time.Duration, clients)
			b.ResetTimer()
			for client := range clients {
				all.Go(func() {
					transport := &http.Transport{DisableKeepAlives: fresh}
					defer transport.CloseIdleConnections()
					for range b.N/clients + 1 {
						began := time.Now()
						r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, e.URL(), nil)
						if err != nil {
							b.Error(err)
							return
						}
						r.Header.Set("Authorization", e.Token())
						answer, err := transport.RoundTrip(r)
						if err != nil {
							b.Error(err)
							return
						}
						_, _ = io.Copy(io.Discard, answer.Body)
						_ = answer.Body.Close()
						if answer.StatusCode != http.StatusOK {
							b.Errorf("HTTP %d", answer.StatusCode)
						}
						took[client] = append(took[client], time.Since(began))
					}
				})
			}
			all.Wait()
			sorted := slices.Sorted(slices.Values(slices.Concat(took...)))
			b.ReportMetric(float64(len(sorted))/b.Elapsed().Seconds(), "requests/s")
			b.ReportMetric(float64(sorted[len(sorted)*99/100])/float64(time.Millisecond), "p99-ms")
		})
	}
}
