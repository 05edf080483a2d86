package main

import (
	"encoding/json"
	"fmt"
)

// result prints what a command found: one JSON document, or a line for people.
func (r *run) result(asJSON bool, v any, text string) error {
	if !asJSON {
		fmt.Fprintln(r.out, text)
		return nil
	}
	e := json.NewEncoder(r.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
