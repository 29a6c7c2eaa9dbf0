package app

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"kilter/internal/base/fault"
	"kilter/internal/base/lang"
)

// Config is what a centre sets about the process itself: by flag, by
// environment (KILTER_DB) or in a file (db: ...), in this order. Everything
// about the work is a setting in the database.
type Config struct {
	ConfigFile string   `name:"config" help:"cli.config_file" default:"kilter.yaml" placeholder:"FILE"`
	DB         string   `name:"db" help:"cli.db" default:"sqlite:kilter.db" placeholder:"URL"`
	Listen     string   `help:"cli.listen" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	PublicURL  string   `name:"public-url" help:"cli.public_url" placeholder:"URL"`
	Proxies    []string `name:"trusted-proxies" help:"cli.proxies" placeholder:"CIDR"`
	Lang       string   `help:"cli.language" placeholder:"LANG" aliases:"language" env:"KILTER_LANG,KILTER_LANGUAGE"`
	LogLevel   string   `help:"cli.log_level" enum:"debug,info,warn,error" default:"info"`
	LogFormat  string   `help:"cli.log_format" enum:"text,json" default:"text"`
	APIRate    int      `name:"api-rate" help:"cli.apirate" default:"120000"`

	InventoryRate int `name:"inventory-rate" help:"cli.inventory_rate" default:"300"`

	Drain time.Duration `help:"cli.drain" default:"20s"`
	Out
}

// check reports the flags whose values cannot be meant, each by its name.
func (c Config) check() error {
	var many fault.Many
	for _, list := range []struct {
		flag  string
		texts []string
	}{{"--trusted-proxies", c.Proxies}, {"--outbound", c.Outbound}} {
		for _, text := range list.texts {
			if _, err := network(text); err != nil {
				many = append(many, fault.At(list.flag, "cli.not_a_network").With("text", text))
			}
		}
	}
	wrong := func(flag, key, text string) { many = append(many, fault.At(flag, key).With("text", text)) }
	if !listenable(c.Listen) {
		wrong("--listen", "cli.not_an_address", c.Listen)
	}
	if f := addressed(c.PublicURL); f != nil {
		wrong("--public-url", f.Key, c.PublicURL)
	}
	if _, ok := lang.Parse(c.Lang); !ok && c.Lang != "" {
		wrong("--lang", "cli.not_a_language", c.Lang)
	}
	for _, n := range []struct {
		flag string
		less bool
		text string
	}{
		{"--api-rate", c.APIRate < 0, strconv.Itoa(c.APIRate)}, {"--inventory-rate", c.InventoryRate < 0, strconv.Itoa(c.InventoryRate)}, {"--drain", c.Drain < 0, c.Drain.String()},
	} {
		if n.less {
			wrong(n.flag, "cli.below_zero", n.text)
		}
	}
	return append(many, c.Out.check()...).Err()
}

// listenable reports whether an address has the form of one to listen at.
func listenable(text string) bool {
	_, port, err := net.SplitHostPort(text)
	if err != nil || port == "" {
		return false
	}
	_, err = net.LookupPort("tcp", port)
	return err == nil
}

// network reads a network, or one address as the network of it alone.
func network(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p, nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func (c Config) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// settingsFile is the configuration file, read before the command line is.
type settingsFile struct {
	name string
	keys *koanf.Koanf
}

// text is what the file has under a key, "" for nothing.
func (f settingsFile) text(key string) string {
	if f.keys == nil {
		return ""
	}
	return f.keys.String(key)
}

// configFile reads the configuration file. One that was asked for by name must
// be there.
func configFile(args []string) (settingsFile, error) {
	name, asked := configName(args)
	f := settingsFile{name: name, keys: koanf.New(".")}
	if err := f.keys.Load(file.Provider(name), yaml.Parser()); err != nil {
		switch {
		case !errors.Is(err, fs.ErrNotExist):
			return f, misread("cli.config_unread", "file", name, "why", err.Error())
		case asked:
			return f, misread("cli.config_missing", "file", name)
		}
	}
	return f, nil
}

// resolve lets the parser take what neither flag nor environment gives from the
// file.
func (f settingsFile) resolve(p *kong.Kong) error {
	known := map[string]bool{}
	for _, flag := range p.Model.Flags {
		for _, name := range append(flag.Aliases, flag.Name) {
			known[name] = true
		}
	}
	for _, key := range f.keys.Keys() {
		if !known[key] {
			return misread("cli.config_unknown", "file", f.name, "key", key)
		}
	}
	return kong.Resolvers(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range append([]string{flag.Name}, flag.Aliases...) {
			switch {
			case !f.keys.Exists(name):
			case flag.IsSlice():
				return strings.Join(f.keys.Strings(name), ","), nil
			default:
				return f.keys.String(name), nil
			}
		}
		return nil, nil
	})).Apply(p)
}

func configName(args []string) (name string, asked bool) {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			return v, true
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1], true
		}
	}
	if v := os.Getenv("KILTER_CONFIG"); v != "" {
		return v, true
	}
	return "kilter.yaml", false
}
