package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
)

// scenario is a kind of request; next gives the n-th.
type scenario struct {
	name string
	next func(n int) request
}

func page(name, path string) scenario {
	return scenario{name, func(int) request { return request{method: "GET", path: path} }}
}

// scenarios are the promises of docs/benchmarks.md, each as whole pages from
// the database on every request.
func (c *client) scenarios(ctx context.Context) ([]scenario, error) {
	if c.portal {
		order, err := c.orderForm(ctx)
		if err != nil || order == "" {
			return portal, err
		}
		return append(portal, page("catalogue", "/portal/catalogue"), page("order form", order)), nil
	}
	numbers, err := c.numbers(ctx)
	if err != nil {
		return nil, err
	}
	out := []scenario{
		page("list", "/incidents"),
		page("list closed", "/incidents?q="+url.QueryEscape("state:closed")),
		page("list by priority", "/incidents?sort=priority&q="+url.QueryEscape("opened:>=2000-01-01")),
		page("list open, latest", "/incidents?sort=-moved&q="+url.QueryEscape("open:yes")),
		page("counts of views", "/incidents/counts"),
		{"record", func(n int) request { return request{method: "GET", path: "/incidents/" + numbers[n%len(numbers)]} }},
		page("search rare", "/incidents?q="+url.QueryEscape("supervisor")),
		page("search common", "/incidents?q="+url.QueryEscape("printer")),
		page("search 打印", "/incidents?q="+url.QueryEscape("打印")),
		page("find rare", "/find?q="+url.QueryEscape("supervisor")),
		page("find common", "/find?q="+url.QueryEscape("printer")),
		page("find 打印", "/find?q="+url.QueryEscape("打印")),
		page("dashboard", "/dashboard"),
		page("items", "/configuration?view=all"),
		page("items of a class", "/configuration?q="+url.QueryEscape("class:software")),
		page("items by words", "/configuration?q="+url.QueryEscape("python")),
	}
	if c.token == "" {
		return out, nil
	}
	return append(out,
		scenario{"api list", func(int) request { return request{method: "GET", path: "/api/v1/incidents?limit=50"} }},
		scenario{"register", func(n int) request {
			return request{method: "POST", path: "/api/v1/incidents", want: http.StatusCreated, json: fmt.Sprintf(`{"title":"Load %d: printer on floor 3 jams 打印机卡纸","description":"It jams on every second page.","impact":"4","urgency":"3"}`, n)}
		}},
	), nil
}

// portal is what an official does: his own reports and those of his
// department, open and closed, and words in them.
var portal = []scenario{
	page("portal", "/portal"),
	page("reports closed", "/portal/reports?show=closed"),
	page("department", "/portal/department"),
	page("department closed", "/portal/department?show=closed"),
	page("department rare", "/portal/department?show=closed&q="+url.QueryEscape("supervisor")),
	page("department common", "/portal/department?show=closed&q="+url.QueryEscape("printer")),
	page("department 打印", "/portal/department?show=closed&q="+url.QueryEscape("打印")),
}

// ordered is the way from the catalogue to the form of an item.
var ordered = regexp.MustCompile(`href="(/portal/catalogue/[0-9]+)"`)

// orderForm is the form of the first item that the catalogue offers, "" when it
// offers none.
func (c *client) orderForm(ctx context.Context) (string, error) {
	a, err := c.send(ctx, request{method: "GET", path: "/portal/catalogue"})
	if err != nil || a.status != http.StatusOK {
		return "", err
	}
	if found := ordered.FindSubmatch(a.body); found != nil {
		return string(found[1]), nil
	}
	return "", nil
}

// numbers of some incidents to look at.
func (c *client) numbers(ctx context.Context) ([]string, error) {
	a, err := c.send(ctx, request{method: "GET", path: "/api/v1/incidents?limit=200&fields=number"})
	if err != nil {
		return nil, err
	}
	var list struct {
		Items []struct{ Number string }
	}
	if err := json.Unmarshal(a.body, &list); err != nil || len(list.Items) == 0 {
		return nil, fmt.Errorf("the list of incidents answers %d: %.200s", a.status, a.body)
	}
	var out []string
	for _, i := range list.Items {
		out = append(out, i.Number)
	}
	return out, nil
}
