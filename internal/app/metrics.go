package app

import (
	"bufio"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// metrics is what /metrics shows.
type metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
	duties   *prometheus.HistogramVec
	failures *prometheus.CounterVec
	served   atomic.Int64 // requests answered
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kilter_http_request_seconds", Help: "Time to answer a request, by route and status.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
		}, []string{"method", "route", "status"}),
		duties: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kilter_duty_seconds", Help: "Time a duty took, by name.", Buckets: []float64{.001, .01, .1, 1, 10, 60},
		}, []string{"duty"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kilter_duty_failures_total", Help: "Duties that failed, by name."}, []string{"duty"}),
	}
	m.registry.MustRegister(m.seconds, m.duties, m.failures, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// duty notes how long a duty took and whether it failed.
func (m *metrics) duty(name string, took time.Duration, err error) {
	m.duties.WithLabelValues(name).Observe(took.Seconds())
	if err != nil {
		m.failures.WithLabelValues(name).Inc()
	}
}

// measure times requests by the pattern of their route, so that numbers of
// records do not become labels.
func (m *metrics) measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := Now()
		s := &status{ResponseWriter: w}
		next.ServeHTTP(s, r)
		m.served.Add(1)
		route := r.Pattern
		if route == "" {
			route = "none"
		}
		m.seconds.WithLabelValues(r.Method, route, strconv.Itoa(max(s.code, http.StatusOK))).Observe(Now().Sub(began).Seconds())
	})
}

// status remembers the status of an answer.
type status struct {
	http.ResponseWriter
	code  int
	bytes int
	began time.Time
}

func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

func (s *status) Write(b []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	n, err := s.ResponseWriter.Write(b)
	s.bytes += n
	return n, err
}

// Unwrap lets http.ResponseController reach flush and deadlines below.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// Hijack is there for what insists on it.
func (s *status) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(s.ResponseWriter).Hijack()
}
