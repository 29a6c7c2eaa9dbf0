// Command history writes a made-up event log, to measure an import with: cases
// with four to eight events each over three years, as a help desk's tool would
// export them, always the same for the same number.
//
//	go run ./bench/history --cases 1000000 > tmp/log.csv
//	kilter import history tmp/log.csv --map bench/history/map.yaml --db sqlite:tmp/import.db
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"
)

func main() {
	cases := flag.Int("cases", 1_000_000, "how many")
	flag.Parse()
	if err := write(os.Stdout, *cases); err != nil {
		fmt.Fprintln(os.Stderr, "history:", err)
		os.Exit(1)
	}
}

var (
	teams   = []string{"Service desk", "Desktop", "Network", "Servers", "Database", "Supplier A", "Supplier B"}
	things  = []string{"printer", "mail", "VPN", "打印机", "办公系统", "network drive", "账号", "scanner", "telephone", "门禁"}
	wrongs  = []string{"does not work", "is slow", "无法登录", "asks for a password", "卡纸", "lost its settings", "报错", "cannot be reached"}
	sources = []string{"phone", "portal", "mail"}
)

const layout = "2006-01-02 15:04:05"

func write(to io.Writer, cases int) error {
	out, rnd := bufio.NewWriterSize(to, 1<<20), rand.New(rand.NewPCG(1, 2))
	fmt.Fprintln(out, "case,time,activity,person,team,requester,category,priority,title,channel,text") // the writer keeps its first error
	begin := time.Date(2023, 1, 2, 8, 0, 0, 0, time.UTC)
	every := 3 * 365 * 24 * time.Hour / time.Duration(max(cases, 1))
	for n := range cases {
		at := begin.Add(time.Duration(n) * every)
		thing := things[rnd.IntN(len(things))]
		team, person, requester := teams[rnd.IntN(len(teams))], rnd.IntN(300), rnd.IntN(20_000)
		title, priority, source := thing+" "+wrongs[rnd.IntN(len(wrongs))], 1+rnd.IntN(4), sources[rnd.IntN(len(sources))]
		row := func(activity, text string) {
			fmt.Fprintf(out, "C%07d,%s,%s,agent%03d,%s,user%05d,%s,%d,%s,%s,%s\n", n+1, at.Format(layout), activity, person, team, requester, thing, priority, title, source, text)
			at = at.Add(time.Duration(1+rnd.IntN(300)) * time.Minute)
		}
		row("register", title+" since this morning")
		row("assign", "")
		row("start", "")
		for range rnd.IntN(3) {
			row("wait", "asked the requester")
			row("start", "")
		}
		if n < cases-cases/50 {
			row("resolve", "replaced and tested")
			row("close", "")
		}
	}
	return out.Flush()
}
