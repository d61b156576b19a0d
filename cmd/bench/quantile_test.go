package main

import (
	"testing"
	"time"
)

func TestQuantile(t *testing.T) {
	t.Parallel()
	upTo := func(n int) (all []time.Duration) {
		for i := n; i > 0; i-- {
			all = append(all, time.Duration(i))
		}
		return all
	}
	for _, c := range []struct {
		all  []time.Duration
		q    float64
		want time.Duration
	}{
		{nil, .5, 0}, {upTo(1), .5, 1}, {upTo(1), .99, 1}, {upTo(2), .5, 1}, {upTo(3), .5, 2}, {upTo(4), .5, 2},
		{upTo(100), .5, 50}, {upTo(100), .99, 99}, {upTo(101), .99, 100}, {upTo(320), .99, 317}, {upTo(10), 1, 10}, {upTo(10), 0, 1},
	} {
		if got := quantile(c.all, c.q); got != c.want {
			t.Errorf("quantile %v of %d is %d, want %d", c.q, len(c.all), got, c.want)
		}
	}
	all := upTo(3)
	if quantile(all, .5); all[0] != 3 {
		t.Error("what was given was sorted in place")
	}
}
