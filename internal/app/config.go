package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/v2"

	"kilter/internal/base/lang"
)

// Config is what a centre sets about the process itself: by flag, by
// environment (KILTER_DB) or in a file (db: ...), in this order. Everything
// about the work is a setting in the database.
type Config struct {
	ConfigFile string   `name:"config" help:"Configuration file (YAML, keys as the flags)." default:"kilter.yaml" placeholder:"FILE"`
	DB         string   `name:"db" help:"Database: sqlite:PATH or postgres://USER@HOST:PORT/NAME." default:"sqlite:kilter.db" placeholder:"URL"`
	Listen     string   `help:"Address to serve on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	PublicURL  string   `name:"public-url" help:"Address people use, for links in mail; taken from the request when empty." placeholder:"URL"`
	Proxies    []string `name:"trusted-proxies" help:"Networks of proxies whose X-Forwarded-For is believed." placeholder:"CIDR"`
	Language   string   `help:"Language of messages on this terminal: en or zh (default: from LANG)." placeholder:"LANG"`
	LogLevel   string   `help:"What is logged: debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
	LogFormat  string   `help:"Form of the log: text or json." enum:"text,json" default:"text"`
	APIRate    int      `name:"api-rate" help:"Requests a minute that each token or person may send to the API; 0: as many as they like." default:"120000"`

	InventoryRate int `name:"inventory-rate" help:"Requests a minute that agents may send to /inventory with each token from each address; 0: as many as they like." default:"300"`

	Drain time.Duration `help:"How long running requests may take to end when the process stops." default:"20s"`
	Out
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

func (c Config) language() lang.Lang {
	for _, code := range []string{c.Language, os.Getenv("LC_ALL"), os.Getenv("LANG")} {
		if l, ok := lang.Parse(strings.SplitN(code, ".", 2)[0]); ok {
			return l
		}
	}
	return lang.English
}

// fromFile lets the parser take what neither flag nor environment gives from
// the configuration file. A file that was asked for by name must be there.
func fromFile(p *kong.Kong, args []string) error {
	name, asked := configName(args)
	k := koanf.New(".")
	if err := k.Load(file.Provider(name), yaml.Parser()); err != nil {
		if errors.Is(err, fs.ErrNotExist) && !asked {
			return nil
		}
		return fmt.Errorf("configuration file %s: %w", name, err)
	}
	known := map[string]bool{}
	for _, f := range p.Model.Flags {
		known[f.Name] = true
	}
	for _, key := range k.Keys() {
		if !known[key] {
			return fmt.Errorf("configuration file %s: there is no setting %q", name, key)
		}
	}
	return kong.Resolvers(kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if !k.Exists(flag.Name) {
			return nil, nil
		}
		if flag.IsSlice() {
			return strings.Join(k.Strings(flag.Name), ","), nil
		}
		return k.String(flag.Name), nil
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
