package main

import (
	"math"
	"slices"
	"time"
)

// quantile is the smallest duration that a share q of all does not exceed
// (nearest rank); 0 of none.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	rank := int(math.Ceil(q * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

func median(all []time.Duration) time.Duration { return quantile(all, .5) }

// ms is a duration in milliseconds, to the microsecond.
func ms(d time.Duration) float64 { return math.Round(d.Seconds()*1e6) / 1e3 }
