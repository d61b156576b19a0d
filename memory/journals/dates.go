package journals

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// stamp is a date as somebody wrote it.
type stamp struct {
	at        time.Time // if wall, what calendar and clock showed, as UTC
	wall      bool      // no zone is written
	day       bool      // no time is written: at is at noon
	numeric   bool      // of two numbers that could be day and month in either order
	ambiguous bool      // and both orders give a day
}

var (
	clock     = regexp.MustCompile(`(?i)(?:^|[\sT,])\s*(?:(?:at|um|à|a las|alle|om|às)\s+)?([01]?\d|2[0-3])[:h.]([0-5]\d)(?:[:.]([0-5]\d)(?:[.,]\d{1,9})?)?(?:\s*([ap])\.?m\.?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s*\(?[A-Z]{2,5}\)?|\s*uhr)?\s*$`)
	bigEndian = regexp.MustCompile(`^(\d{4})[-/._](\d{1,2})[-/._](\d{1,2})$`)
	compact   = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
	numbers   = regexp.MustCompile(`^(\d{1,2})([-/.])\s?(\d{1,2})[-/.]\s?(\d{4}|\d{2})$`)
	dayNamed  = regexp.MustCompile(`^(\d{1,2})(?:st|nd|rd|th|\.|er|º|ª)?(?:\s+(?:of|de|di))?[\s-]+(\p{L}+)\.?,?(?:\s+(?:de|del))?[\s-]+(\d{4})$`)
	named     = regexp.MustCompile(`^(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$`)
	weekday   = regexp.MustCompile(`^(\p{L}{2,12})\.?,?\s+`)
	epoch     = regexp.MustCompile(`^\d{10}(?:\d{3})?(?:\.\d+)?$`)
)

// months are their names' beginnings in the languages whose dates are read:
// English, German, French, Spanish, Italian, Portuguese, Dutch.
var months = [12][]string{
	{"jan", "jän", "ene", "gen"}, {"feb", "fév", "fev"}, {"mar", "mär", "maa", "mrt"}, {"apr", "avr", "abr"}, {"may", "mai", "mag", "mei"},
	{"jun", "juin", "giu"}, {"jul", "juil", "lug"}, {"aug", "aoû", "aou", "ago"}, {"sep", "set"}, {"oct", "okt", "ott", "out"},
	{"nov"}, {"dec", "dez", "déc", "dic"},
}

var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so", "lun", "mar", "mer", "jeu",
	"ven", "sam", "dim", "mié", "jue", "vie", "sáb", "dom", "gio", "seg", "ter", "qua", "qui", "sex", "die", "don", "mit", "ma", "wo", "vr", "za", "zo",
	"maa", "woe", "vri", "zat", "zon", "mie", "sab"}

// parseDate reads a date alone, with or without its time, or says that it is
// none. Of two small numbers the order says which is the day.
func parseDate(text string, order Order) (s stamp, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) < 6 || len(text) > 60 {
		return s, false
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return stamp{at: at.UTC()}, true
	}
	var hour, minute, second int
	s.day, s.wall = true, true
	offset := 0
	if m := clock.FindStringSubmatchIndex(text); m != nil {
		part := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return text[m[2*i]:m[2*i+1]]
		}
		hour, minute, second = number(part(1)), number(part(2)), number(part(3))
		switch half := strings.ToLower(part(4)); {
		case half != "" && (hour == 0 || hour > 12):
			return s, false
		case half == "p" && hour < 12:
			hour += 12
		case half == "a" && hour == 12:
			hour = 0
		}
		if zone := part(5); zone != "" {
			s.wall = false
			offset = offsetOf(zone)
		}
		s.day = false
		text = strings.TrimRight(strings.TrimSpace(text[:m[0]]), ",-–·|")
		text = strings.TrimSpace(text)
	}
	year, month, day, ok := s.calendar(text, order)
	if !ok { // perhaps for a day of the week before it; "Mar" is one as well
		m := weekday.FindStringSubmatch(text)
		if m == nil || !isWeekday(m[1]) {
			return s, false
		}
		if year, month, day, ok = s.calendar(text[len(m[0]):], order); !ok {
			return s, false
		}
	}
	if s.day {
		hour = 12
	}
	s.at = time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC).Add(-time.Duration(offset) * time.Second)
	return s, true
}

// calendar reads the day.
func (s *stamp) calendar(text string, order Order) (year, month, day int, ok bool) {
	switch {
	case bigEndian.MatchString(text):
		m := bigEndian.FindStringSubmatch(text)
		year, month, day = number(m[1]), number(m[2]), number(m[3])
	case compact.MatchString(text):
		m := compact.FindStringSubmatch(text)
		year, month, day = number(m[1]), number(m[2]), number(m[3])
	case numbers.MatchString(text):
		m := numbers.FindStringSubmatch(text)
		day, month, year = number(m[1]), number(m[3]), number(m[4])
		if len(m[4]) == 2 {
			year += 2000
		}
		if m[2] != "." { // with points the day always comes first
			s.numeric, s.ambiguous = true, day <= 12 && month <= 12 && day != month
			if order == MonthFirst {
				day, month = month, day
			}
		}
	case dayNamed.MatchString(text):
		m := dayNamed.FindStringSubmatch(text)
		day, month, year = number(m[1]), monthOf(m[2]), number(m[3])
	case named.MatchString(text):
		m := named.FindStringSubmatch(text)
		month, day, year = monthOf(m[1]), number(m[2]), number(m[3])
	default:
		return 0, 0, 0, false
	}
	at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return year, month, day, year >= 1900 && year < 2200 && month >= 1 && month <= 12 && at.Day() == day
}

// firstOf tells the order from dates where only one gives a day; none decides,
// and the day first is as good as anything, so she is asked.
func firstOf(dates []string) (order Order, ambiguous int) {
	byDay, byMonth := 0, 0
	for _, text := range dates {
		s, asDay := parseDate(text, DayFirst)
		_, asMonth := parseDate(text, MonthFirst)
		switch {
		case !s.numeric:
		case asDay && !asMonth:
			byDay++
		case asMonth && !asDay:
			byMonth++
		case s.ambiguous:
			ambiguous++
		}
	}
	switch {
	case byDay > byMonth:
		return DayFirst, 0
	case byMonth > 0:
		return MonthFirst, 0
	case ambiguous > 0:
		return DayFirst, ambiguous
	}
	return "", 0
}

// parseEpoch reads seconds or milliseconds since 1970.
func parseEpoch(text string) (stamp, bool) {
	text = strings.TrimSpace(text)
	if !epoch.MatchString(text) {
		return stamp{}, false
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return stamp{}, false
	}
	if n > 1e11 {
		n /= 1000
	}
	return stamp{at: moment(&n)}, true
}

func monthOf(name string) int {
	name = strings.ToLower(name)
	for i, names := range months {
		for _, begins := range names {
			if strings.HasPrefix(name, begins) {
				return i + 1
			}
		}
	}
	return 0
}

func isWeekday(name string) bool {
	name = strings.ToLower(name)
	for _, begins := range weekdays {
		if name == begins || len(begins) > 2 && strings.HasPrefix(name, begins) {
			return true
		}
	}
	return false
}

func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}

// offsetOf is that of a zone written as Z or +01:00, in seconds.
func offsetOf(zone string) int {
	if len(zone) < 5 || zone[0] != '+' && zone[0] != '-' {
		return 0
	}
	digits := strings.ReplaceAll(zone[1:], ":", "")
	seconds := number(digits[:2])*3600 + number(digits[2:])*60
	if zone[0] == '-' {
		return -seconds
	}
	return seconds
}
