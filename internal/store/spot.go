package store

import (
	"strconv"

	"kilter/internal/base/fault"
	"kilter/internal/practice/query"
	"kilter/internal/practice/record"
)

// none says how a column writes that there is nothing.
type none int

const (
	noNull  none = iota // NULL
	noZero              // 0
	noFar               // far, see due
	noText              // ''; the column holds text
	noFalse             // a flag: false
	noList              // ''; several ids, see idList
	noKey               // NULL or ''; a field of the centre's own, text in JSON
)

// spot is where a field of a condition is kept.
type spot struct {
	sql  string
	none none
}

// headColumns are the fields of the head that conditions can name.
var headColumns = map[string]spot{
	"kind": {"r.kind", noText}, "state": {"r.state", noText}, "title": {"r.title", noText}, "priority": {"r.priority", noZero},
	"team": {"r.team", noNull}, "owner": {"r.owner", noNull}, "requester": {"r.requester", noNull},
	"service": {"r.service", noNull}, "department": {"r.department", noNull}, "zone": {"r.zone", noNull},
	"number": {"r.number", noZero}, "opened": {"r.opened", noNull}, "moved": {"r.moved", noNull}, "due": {"r.due", noFar},
	"open": {"r.live", noFalse},
}

// bodyTable is a practice's own table: the columns that conditions can name
// and those whose text the search knows.
type bodyTable struct {
	name  string
	cols  map[string]none
	words []string
}

// bodyTables has a row for every practice.
var bodyTables = map[record.Kind]bodyTable{
	record.Incident: {
		name: "incident",
		cols: map[string]none{
			"description": noText, "channel": noText, "category": noNull, "item": noNull, "no_item": noText,
			"impact": noZero, "urgency": noZero, "vip": noFalse, "hall": noFalse, "override": noZero, "why_priority": noText,
			"waiting": noText, "outside": noText, "room": noText, "callback": noText, "solution": noText, "cause": noNull, "ended_as": noText,
			"duplicate_of": noNull, "merged_into": noNull, "line": noZero, "escalation": noText, "major": noFalse,
			"lead": noNull, "liaison": noNull, "scribe": noNull, "next_update": noNull, "report_due": noNull, "report": noText,
			"accepted": noNull, "resolved": noNull, "closed": noNull, "reopened": noZero, "reassigned": noZero,
			"first_contact": noFalse, "rating": noZero,
		},
		words: []string{"description", "solution"},
	},
	record.Contact: {
		name: "contact",
		cols: map[string]none{
			"description": noText, "channel": noText, "type": noText, "caller": noText, "phone": noText,
			"answer": noText, "article": noText, "about": noText,
		},
		words: []string{"description", "answer"},
	},
	record.Problem: {
		name: "problem",
		cols: map[string]none{
			"description": noText, "symptom": noText, "source": noText, "category": noNull, "item": noNull, "impact": noZero, "urgency": noZero,
			"major": noFalse, "why_rejected": noText, "method": noText, "root_cause": noText, "cause": noNull, "workaround": noText, "public": noFalse,
			"published": noNull, "proposal": noText, "change": noText, "no_change": noText, "fixed": noNull, "watch_until": noNull, "recurred": noZero,
			"risk": noText, "review_on": noNull, "accepted_by": noNull, "review": noText, "resolved": noNull, "closed": noNull,
			"went_well": noText, "went_wrong": noText, "could_improve": noText, "prevention": noText, "supplier_next": noText,
		},
		words: []string{"description", "symptom", "root_cause", "workaround"},
	},
	record.Changes: {
		name: "change",
		cols: map[string]none{
			"type": noText, "model": noNull, "category": noNull, "reason": noText, "description": noText, "items": noList, "why_rejected": noText, "why_dropped": noText,
			"impact": noZero, "likelihood": noZero, "score": noZero, "class": noText, "why_otherwise": noText,
			"first_time": noFalse, "untested": noFalse, "hard_to_undo": noFalse, "several_teams": noFalse, "little_time": noFalse, "outside_help": noFalse,
			"shared": noFalse, "networks": noFalse, "exchange": noFalse, "procedure": noText, "test": noText, "back_out": noText, "back_out_time": noZero, "communication": noText, "cost": noZero, "benefit": noText, "gain": noZero,
			"starts": noNull, "ends": noNull, "second": noNull, "evidence": noText, "first_voice": noNull, "other_voice": noNull, "spoken": noNull, "authorised": noNull, "recorded": noNull,
			"begun": noNull, "ended": noNull, "documented": noNull, "closed": noNull, "why_backed_out": noText, "why_failed": noText, "result": noText, "review": noText, "updated": noFalse,
		},
		words: []string{"reason", "description", "procedure"},
	},
	record.Knowledge: {
		name: "article",
		cols: map[string]none{
			"title_en": noText, "title_zh": noText, "text_en": noText, "text_zh": noText, "keywords": noText, "category": noNull, "item": noNull, "audience": noText, "crew": noNull,
			"shown_title_en": noText, "shown_title_zh": noText, "shown_text_en": noText, "shown_text_zh": noText, "edition": noZero, "published": noNull,
			"reviewer": noNull, "reviewed_by": noNull, "review_on": noNull, "checked": noNull, "stale": noText, "stale_since": noNull, "source": noText,
		},
		words: []string{"shown_text_zh", "shown_text_en", "keywords"},
	},
	record.Release: {
		name: "release",
		cols: map[string]none{
			"description": noText, "form": noText, "weight": noText, "version": noText, "design": noText, "rollout": noText, "training": noText, "support": noText,
			"known": noText, "risks": noText, "back_out": noText, "back_out_time": noZero, "province": noFalse, "confirmed": noText, "support_days": noZero,
			"starts": noNull, "ends": noNull, "build": noZero, "accepted_by": noNull, "accepted": noNull, "approved": noNull, "begun": noNull, "deployed": noNull,
			"support_until": noNull, "closed": noNull, "why_dropped": noText, "why_backed_out": noText, "outcome": noText, "updated": noFalse,
		},
		words: []string{"description", "version"},
	},
	record.Risk: {
		name: "risk",
		cols: map[string]none{
			"condition": noText, "consequence": noText, "process": noText, "probability": noZero, "impact": noZero, "exposure": noZero, "within": noText, "response": noText,
			"mitigation": noText, "trigger": noText, "contingency": noText, "review_on": noNull, "occurred": noNull, "times": noZero, "closed": noNull, "why_dropped": noText, "lesson": noText,
		},
		words: []string{"condition", "consequence"},
	},
	record.Request: {
		name: "request",
		cols: map[string]none{
			"offering": noNull, "for_whom": noNull, "detail": noText, "entered": noNull, "author": noNull, "waiting": noText, "outside": noText, "refusal": noText, "ended_as": noText,
			"outcome": noText, "submitted": noNull, "granted": noNull, "accepted": noNull, "fulfilled": noNull, "closed": noNull, "rating": noZero,
		},
		words: []string{"detail"},
	},
}

// args brings the values of a resolved node into the column's type, and says
// whether none is among them.
func (c spot) args(n query.Node) (args []any, empty bool, err error) {
	for _, v := range n.Values {
		switch c.none {
		case noText, noKey:
			if v == "" {
				empty = true
				continue
			}
			args = append(args, v)
		default:
			if v == "" {
				empty = true
				continue
			}
			i, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				return nil, false, unresolved(n)
			}
			args = append(args, i)
		}
	}
	return args, empty, nil
}

// unresolved is the fault of a condition whose words were not turned into ids
// and moments.
func unresolved(n query.Node) error {
	word := ""
	if len(n.Values) > 0 {
		word = n.Values[0]
	}
	return fault.At("q", "query.no_such_value").With("pos", n.Pos).With("end", n.End).With("word", word).With("near", "")
}

// isNone and notNone are the conditions that the column holds nothing, or
// something.
func (c spot) isNone() string {
	switch c.none {
	case noZero:
		return c.sql + " = 0"
	case noFar:
		return c.sql + " = " + strconv.Itoa(far)
	case noText, noList:
		return c.sql + " = ''"
	case noFalse:
		return "NOT " + c.sql
	case noKey:
		return "coalesce(" + c.sql + ", '') = ''"
	}
	return c.sql + " IS NULL"
}

// some adds to a comparison of order that what is none has no order.
func (c spot) some(cond string) string {
	switch c.none {
	case noZero:
		return "(" + cond + " AND " + c.sql + " <> 0)"
	case noFar:
		return "(" + cond + " AND " + c.sql + " < " + strconv.Itoa(far) + ")"
	}
	return cond
}
