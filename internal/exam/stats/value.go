// Package stats computes the statistics of tests: items and whole tests as Moodle's quiz statistics define them, reliability,
// distractors, mastery by objective, agreement of two markers, and the comparison of a test before with the same test after.
// Pure functions: no database, no clock, no sentence in any language.
//
// Invariants: what is undefined stays undefined (Value.OK is false, null in JSON), never NaN, infinity or 0; results do not
// depend on the order of attempts or items; below MinTest pairs there is no test; each function names its formula and source.
package stats

import (
	"encoding/json"
	"math"
)

// MinTest is the smallest number of complete pairs for which a significance test or an interval is computed. With five pairs
// the exact signed-rank test cannot reach p < 0.05 whatever the data, so a figure would only mislead.
const MinTest = 6

// Value is a number that may be undefined. The zero value is undefined.
type Value struct {
	V  float64
	OK bool
}

// Of makes a defined value; undefined when v is NaN or infinite, so that neither leaves the package.
func Of(v float64) Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Value{}
	}
	return Value{V: v, OK: true}
}

// Or gives the number, or another one when it is undefined.
func (v Value) Or(other float64) float64 {
	if !v.OK {
		return other
	}
	return v.V
}

// Times gives the value multiplied by a factor; undefined stays undefined.
func (v Value) Times(f float64) Value {
	if !v.OK {
		return Value{}
	}
	return Of(v.V * f)
}

// MarshalJSON writes the number, or null when it is undefined.
func (v Value) MarshalJSON() ([]byte, error) {
	if !v.OK {
		return []byte("null"), nil
	}
	return json.Marshal(v.V)
}

// UnmarshalJSON reads a number or null.
func (v *Value) UnmarshalJSON(b []byte) error {
	var p *float64
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*v = Value{}
	if p != nil {
		*v = Of(*p)
	}
	return nil
}

// Interval is a confidence interval; undefined when OK is false.
type Interval struct {
	Lo, Hi float64
	OK     bool
}

// interval makes an interval; undefined unless both ends are finite.
func interval(lo, hi float64) Interval {
	if !Of(lo).OK || !Of(hi).OK {
		return Interval{}
	}
	return Interval{Lo: lo, Hi: hi, OK: true}
}

// MarshalJSON writes [lo, hi], or null when it is undefined.
func (i Interval) MarshalJSON() ([]byte, error) {
	if !i.OK {
		return []byte("null"), nil
	}
	return json.Marshal([2]float64{i.Lo, i.Hi})
}

// UnmarshalJSON reads [lo, hi] or null.
func (i *Interval) UnmarshalJSON(b []byte) error {
	var p *[2]float64
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*i = Interval{}
	if p != nil {
		*i = interval(p[0], p[1])
	}
	return nil
}
