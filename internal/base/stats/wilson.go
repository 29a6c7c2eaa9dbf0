package stats

import "math"

// z95 is the two-sided 95 % point of the normal curve.
const z95 = 1.959963984540054

// Wilson is the 95 % interval of a share of k in n by the score method
// (Wilson, JASA 22, 1927), which keeps within 0 and 1 and is good for small n.
// Of nothing, anything may be said: 0 to 1.
func Wilson(k, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	p, m := float64(k)/float64(n), float64(n)
	mid := p + z95*z95/(2*m)
	half := z95 * math.Sqrt(p*(1-p)/m+z95*z95/(4*m*m))
	all := 1 + z95*z95/m
	return math.Max(0, (mid-half)/all), math.Min(1, (mid+half)/all)
}
