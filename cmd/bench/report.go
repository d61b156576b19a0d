package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// report is what was measured. Its exported fields are the line of JSON.
type report struct {
	Added     map[string]added   `json:"added_sentence_ms"` // by the number of streams
	Lost      int                `json:"lost_frames"`
	Bytes     float64            `json:"bytes_per_text_byte"`
	IdleKiB   float64            `json:"kib_per_idle_socket"`
	Sockets   int                `json:"sockets"`
	Ready     float64            `json:"ready_s"`
	SayToCall map[string]float64 `json:"say_to_call_ms"` // by the number of reflections
	Slowdown  float64            `json:"indexing_slowdown"`

	load               worked
	commit50, commit99 time.Duration
	paced50, paced99   time.Duration // at the pace of 64 streams
	stages             []stageReport
	alone, besides     besides
	frames, text       int
}

// added is by how much a quantile of ours is above that of the proxy.
type added struct {
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
}

type stageReport struct {
	streams, sentences, lost int
	ours, proxied            [2]time.Duration // p50, p99
}

// streams takes in what the two sides of a stage have seen.
func (r *report) streams(n int, ours, proxied []*stream) error {
	s := stageReport{streams: n}
	for _, o := range ours {
		s.sentences += len(o.arrived)
		s.lost += o.lost() + o.gaps
		r.frames, r.text = r.frames+o.frames, r.text+o.text
		if o.strange > 0 || o.doubled > 0 {
			return fmt.Errorf("%d sentences came that the model did not say, and %d twice", o.strange, o.doubled)
		}
		if o.state != "complete" {
			return fmt.Errorf("a reply ended as %s", o.state)
		}
	}
	for _, p := range proxied {
		if p.lost() > 0 {
			return errors.New("sentences were lost in the proxy")
		}
	}
	a, b := allDelays(ours), allDelays(proxied)
	for i, q := range []float64{.5, .99} {
		s.ours[i], s.proxied[i] = quantile(a, q), quantile(b, q)
	}
	r.stages = append(r.stages, s)
	r.Lost += s.lost
	r.Bytes = round(float64(r.frames)/float64(r.text), 2)
	r.Added[strconv.Itoa(n)] = added{ms(s.ours[0] - s.proxied[0]), ms(s.ours[1] - s.proxied[1])}
	return nil
}

// finish works out what comes of several figures.
func (r *report) finish() {
	r.Slowdown = round(median(r.besides.reply).Seconds()/median(r.alone.reply).Seconds()-1, 3)
	r.IdleKiB, r.Ready = round(r.IdleKiB, 2), round(r.Ready, 3)
}

func round(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(x*scale) / scale
}

// print writes the table and, last, the line.
func (r *report) print(out io.Writer) error {
	r.finish()
	t := &table{w: tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)}
	t.row("FIGURE", "MEASURED", "TARGET", "")
	for _, s := range r.stages {
		name := fmt.Sprintf("sentence, streams at once: %d", s.streams)
		for i, p := range []string{"p50", "p99"} {
			extra, most := ms(s.ours[i]-s.proxied[i]), []float64{1, 5}[i]
			measured := fmt.Sprintf("+%.2f ms (ours %.2f, proxy %.2f)", extra, ms(s.ours[i]), ms(s.proxied[i]))
			if s.streams == 64 {
				t.judged(name+", "+p, measured, fmt.Sprintf("≤ %g ms", most), extra <= most)
			} else {
				t.row(name+", "+p, measured, "", "")
			}
		}
		t.judged(fmt.Sprintf("frames lost, streams at once: %d", s.streams), fmt.Sprintf("%d of %d", s.lost, s.sentences), "0", s.lost == 0)
	}
	t.row("one row, one commit, p50 and p99", fmt.Sprintf("%.2f and %.2f ms", ms(r.commit50), ms(r.commit99)), "", "")
	t.row("  at the pace of 64 streams", fmt.Sprintf("%.2f and %.2f ms", ms(r.paced50), ms(r.paced99)), "bounds the above", "")
	t.judged("bytes of frames for a byte of text", fmt.Sprintf("%.2f", r.Bytes), "≤ 2.5", r.Bytes <= 2.5)
	t.judged(fmt.Sprintf("memory of each of %d idle sockets", r.Sockets), fmt.Sprintf("%.2f KiB", r.IdleKiB), "≤ 12 KiB (goal 10)", r.IdleKiB <= 12)
	t.judged("start to ready, warm", fmt.Sprintf("%.2f s", r.Ready), "≤ 3 s", r.Ready <= 3)
	r.printRecall(t)
	t.judged("a reply beside indexing, longer by", fmt.Sprintf("%.1f %% (%.0f and %.0f ms)", 100*r.Slowdown,
		ms(median(r.alone.reply)), ms(median(r.besides.reply))), "≤ 10 %", r.Slowdown <= .1)
	t.row("  its sentences, p50", fmt.Sprintf("%.2f, and %.2f ms beside it", ms(median(r.alone.sentence)), ms(median(r.besides.sentence))), "", "")
	if err := t.w.Flush(); err != nil {
		return err
	}
	fmt.Fprint(out, notes)
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s\n", line)
	return err
}

func (r *report) printRecall(t *table) {
	base, first := 0.0, true
	for _, n := range reflectionCounts(r.SayToCall) {
		got := r.SayToCall[strconv.Itoa(n)]
		name, measured := fmt.Sprintf("message to model, %d reflections, p50", n), fmt.Sprintf("%.1f ms", got)
		if first {
			base, first = got, false
			t.row(name, measured, "", "")
			continue
		}
		t.judged(name, fmt.Sprintf("%s, %.2f times that of the fewest", measured, got/base), "≤ 2 times", got <= 2*base)
	}
}

// reflectionCounts are the keys in their order.
func reflectionCounts(by map[string]float64) (all []int) {
	for key := range by {
		if n, err := strconv.Atoi(key); err == nil {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// table writes rows of four cells.
type table struct{ w *tabwriter.Writer }

func (t *table) row(figure, measured, target, verdict string) {
	fmt.Fprintf(t.w, "%s\t%s\t%s\t%s\n", figure, measured, target, verdict)
}

func (t *table) judged(figure, measured, target string, held bool) {
	t.row(figure, measured, target, map[bool]string{true: "held", false: "MISSED"}[held])
}

const notes = `
A sentence has 100 characters and comes at 30 tokens a second. Its time is from the
upstream's sending of the token that ends it to its arrival at the reader; what is
added is a quantile of ours less the same quantile of the proxy's. All streams of a
round begin together, at random points of a sentence, once every call has come and
nothing is left to index. A reply beside indexing is one of several at once, from her
message to its last sentence, medians; its target is for the whole of it.

`
