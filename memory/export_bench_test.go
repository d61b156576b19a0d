package memory_test

import (
	"fmt"
	"runtime"
	"testing"

	"innerwork/memory"
	"innerwork/memory/memorytest"
)

// BenchmarkExport measures what taking everything costs and how much memory it
// holds at once: that must not grow as the words do.
func BenchmarkExport(b *testing.B) {
	for _, n := range []int{5_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d := memorytest.Open(b)
			leader := crowd(b, d, n)
			for b.Loop() {
				peak, size := held(b, d, leader)
				b.ReportMetric(float64(peak)/(1<<20), "MiB-held")
				b.ReportMetric(float64(size)/float64(n), "B/reflection")
			}
		})
	}
}

// It is not parallel: it looks at the heap of the whole process.
func TestTakingEverythingHoldsLittleOfIt(t *testing.T) {
	d := memorytest.Open(t)
	leader := crowd(t, d, 5_000) // 10 MB of words
	if peak, size := held(t, d, leader); peak > 8<<20 || size < 1<<20 {
		t.Errorf("%d bytes were held at once for an archive of %d", peak, size)
	}
}

// crowd is a leader with n reflections of 2,000 characters that do not repeat.
func crowd(t testing.TB, d *memorytest.Database, n int) memory.ID {
	t.Helper()
	leader := d.Leader(t)
	d.Exec(t, `INSERT INTO reflections (owner, id, kind, text, at, zone)
		SELECT $1, gen_random_uuid(), 'written', (SELECT string_agg(md5(i || '-' || j), ' ') FROM generate_series(1, 60) j),
		       timestamptz '2016-01-01' + i * interval '1 hour', 'Europe/Lisbon' FROM generate_series(1, $2::int) i`, leader, n)
	d.Exec(t, `ANALYZE reflections`)
	return leader
}

// held is the most of the heap that was alive at once while everything was
// taken, above what was before, and the size of the archive.
func held(t testing.TB, d *memorytest.Database, leader memory.ID) (peak, size uint64) {
	t.Helper()
	alive := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, looked := alive(), uint64(0)
	out := writerFunc(func(p []byte) (int, error) {
		if size += uint64(len(p)); size > looked {
			looked += 256 << 10
			if now := alive(); now > before+peak {
				peak = now - before
			}
		}
		return len(p), nil
	})
	if err := d.Export(t.Context(), leader, out); err != nil {
		t.Fatal(err)
	}
	return peak, size
}
