// Package licence knows licences by the words of their texts, for the test that
// holds dependencies to a list and for the list that goes with a release.
package licence

import (
	"os"
	"path/filepath"
	"strings"
)

// In names the licence of a module in a folder by the words of its text, and
// gives the text; both are "" when there is none.
func In(folder string) (name, text string) {
	for _, file := range strings.Fields("LICENSE LICENSE.txt LICENSE.md LICENCE LICENCE.txt COPYING License license UNLICENSE LICENSE-MIT") {
		if b, err := os.ReadFile(filepath.Join(folder, file)); err == nil {
			return Of(string(b)), string(b)
		}
	}
	return "", ""
}

// signs are words by which a licence is known; the first that fits counts, so
// the strict ones stand first.
var signs = []struct{ licence, words string }{
	{"AGPL", "gnu affero general public license"},
	{"LGPL", "gnu lesser general public license"},
	{"GPL", "gnu general public license"},
	{"EPL", "eclipse public license"},
	{"SSPL", "server side public license"},
	{"BUSL", "business source license"},
	{"Apache-2.0", "apache license version 2.0"},
	{"MPL-2.0", "mozilla public license"},
	{"BSD-3-Clause", "redistribution and use in source and binary forms"},
	{"ISC", "permission to use, copy, modify, and/or distribute this software"},
	{"ISC", "permission to use, copy, modify, and distribute this software"},
	{"MIT", "permission is hereby granted, free of charge"},
	{"Unlicense", "this is free and unencumbered software"},
	{"CC0-1.0", "cc0 1.0 universal"},
}

// Of names the licence whose text this is, "" for one that we do not know.
func Of(text string) string {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, s := range signs {
		if !strings.Contains(text, s.words) {
			continue
		}
		if s.licence == "BSD-3-Clause" && !strings.Contains(text, "endorse or promote") {
			return "BSD-2-Clause"
		}
		// MPL-2.0 names the GPL among its secondary licences.
		if strings.HasSuffix(s.licence, "GPL") && strings.Contains(text, "mozilla public license version 2.0") {
			continue
		}
		return s.licence
	}
	return ""
}
