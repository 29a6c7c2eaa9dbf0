// Command items writes made-up configuration items, or the relations between
// them, to measure an import with: a city's servers, machines, databases,
// applications and network, always the same for the same number. Each item
// needs three that come before it.
//
//	go run ./bench/items --items 100000 > tmp/items.csv
//	go run ./bench/items --items 100000 --relations > tmp/relations.csv
//	kilter import items tmp/items.csv --map bench/items/items.yaml --db sqlite:tmp/items.db
//	kilter import relations tmp/relations.csv --map bench/items/relations.yaml --db sqlite:tmp/items.db
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
)

func main() {
	items := flag.Int("items", 100_000, "how many")
	relations := flag.Bool("relations", false, "their relations instead, three of each")
	flag.Parse()
	write := writeItems
	if *relations {
		write = writeRelations
	}
	if err := write(os.Stdout, *items); err != nil {
		fmt.Fprintln(os.Stderr, "items:", err)
		os.Exit(1)
	}
}

var (
	classes = []string{"server", "vm", "vm", "vm", "database", "application", "network_device", "terminal", "terminal", "terminal"}
	names   = map[string]string{"server": "服务器", "vm": "虚拟机", "database": "数据库", "application": "应用", "network_device": "交换机", "terminal": "终端"}
	vendors = []string{"Inspur", "H3C", "Huawei", "Lenovo", "Sugon"}
	systems = []string{"openEuler 22.03 LTS", "Kylin V10", "UOS 20", "Windows Server 2022", ""}
)

func writeItems(to io.Writer, n int) error {
	out, rnd := bufio.NewWriterSize(to, 1<<20), rand.New(rand.NewPCG(1, 2))
	fmt.Fprintln(out, "label,class,name,name_zh,serial,vendor,mac,host,room,os,memory") // the writer keeps its first error
	for i := range n {
		class, maker := classes[rnd.IntN(len(classes))], vendors[rnd.IntN(len(vendors))]
		vendor, serial, mac, host, os, memory := "", "", "", "", "", ""
		switch class {
		case "server", "terminal":
			vendor, serial, mac = maker, fmt.Sprintf("SN%08X", i*2654435761&0xffffffff), fmt.Sprintf("02:00:%02x:%02x:%02x:01", i>>16&255, i>>8&255, i&255)
			host, os, memory = fmt.Sprintf("h%06d.city.example", i), systems[rnd.IntN(len(systems))], fmt.Sprint(8<<rnd.IntN(6))
		case "vm":
			mac, host, os, memory = fmt.Sprintf("02:01:%02x:%02x:%02x:01", i>>16&255, i>>8&255, i&255), fmt.Sprintf("v%06d.city.example", i), systems[rnd.IntN(len(systems))], fmt.Sprint(2<<rnd.IntN(5))
		case "network_device":
			vendor, serial = maker, fmt.Sprintf("SN%08X", i*2654435761&0xffffffff)
		}
		fmt.Fprintf(out, "CI-%06d,%s,%s %d,%s %d,%s,%s,%s,%s,%c%d,%s,%s\n", i, class, class, i, names[class], i, serial, vendor, mac, host, 'A'+rune(rnd.IntN(6)), 100+rnd.IntN(40), os, memory)
	}
	return out.Flush()
}

func writeRelations(to io.Writer, n int) error {
	out, rnd := bufio.NewWriterSize(to, 1<<20), rand.New(rand.NewPCG(3, 4))
	fmt.Fprintln(out, "source,target")
	for i := 1; i < n; i++ {
		held := map[int]bool{}
		for range 3 {
			if to := rnd.IntN(i); !held[to] {
				held[to] = true
				fmt.Fprintf(out, "CI-%06d,CI-%06d\n", i, to)
			}
		}
	}
	return out.Flush()
}
