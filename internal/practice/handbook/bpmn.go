package handbook

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// BPMN is the drawing as a BPMN 2.0 file with its layout: a state is a task,
// a final one an end event, a move a sequence flow under the condition that
// somebody makes it.
func BPMN(name, title string, d *Drawing) []byte {
	var b strings.Builder
	w := func(format string, args ...any) {
		for i, a := range args {
			if s, ok := a.(string); ok {
				args[i] = escaped(s)
			}
		}
		fmt.Fprintf(&b, format+"\n", args...)
	}
	w(`<?xml version="1.0" encoding="UTF-8"?>`)
	w(`<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="Definitions_%s" targetNamespace="urn:kilter:handbook:%s" exporter="Kilter">`, name, name)
	w(`  <bpmn:process id="Process_%s" name="%s" isExecutable="false">`, name, title)
	first := &d.Boxes[d.First]
	w(`    <bpmn:startEvent id="Start"><bpmn:outgoing>Flow_start</bpmn:outgoing></bpmn:startEvent>`)
	leaving := map[string]int{}
	for i := range d.Lines {
		leaving[d.Lines[i].From]++
	}
	for i := range d.Boxes {
		writeNode(w, d, &d.Boxes[i], first)
	}
	w(`    <bpmn:sequenceFlow id="Flow_start" sourceRef="Start" targetRef="State_%s" />`, first.Code)
	for i := range d.Lines {
		l := &d.Lines[i]
		if leaving[l.From] == 1 {
			w(`    <bpmn:sequenceFlow id="Flow_%d" name="%s" sourceRef="State_%s" targetRef="State_%s" />`, i+1, l.Label, l.From, l.To)
			continue
		}
		w(`    <bpmn:sequenceFlow id="Flow_%d" name="%s" sourceRef="State_%s" targetRef="State_%s">`, i+1, l.Label, l.From, l.To)
		w(`      <bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">%s</bpmn:conditionExpression>`, l.Label)
		w(`    </bpmn:sequenceFlow>`)
	}
	w(`  </bpmn:process>`)
	writeLayout(w, name, d, first)
	w(`</bpmn:definitions>`)
	return []byte(b.String())
}

func writeNode(w func(string, ...any), d *Drawing, b, first *Box) {
	kind := "task"
	if b.Final {
		kind = "endEvent"
	}
	w(`    <bpmn:`+kind+` id="State_%s" name="%s">`, b.Code, b.Label)
	if b == first {
		w(`      <bpmn:incoming>Flow_start</bpmn:incoming>`)
	}
	for i := range d.Lines {
		if d.Lines[i].To == b.Code {
			w(`      <bpmn:incoming>Flow_%d</bpmn:incoming>`, i+1)
		}
	}
	for i := range d.Lines {
		if d.Lines[i].From == b.Code {
			w(`      <bpmn:outgoing>Flow_%d</bpmn:outgoing>`, i+1)
		}
	}
	w(`    </bpmn:` + kind + `>`)
}

// labelSize is how high the label of an arrow is, labelRise how much of it is
// above its base line, diamond how far it keeps from the sign of a condition.
const labelSize, labelRise, diamond = 14, 11, 8

// writeLayout writes where everything stands. An end event is a circle: the
// arrows of its box end at the circle's left edge.
func writeLayout(w func(string, ...any), name string, d *Drawing, first *Box) {
	w(`  <bpmndi:BPMNDiagram id="Diagram_%s">`, name)
	w(`    <bpmndi:BPMNPlane id="Plane_%s" bpmnElement="Process_%s">`, name, name)
	shape := func(of string, b Box) {
		w(`      <bpmndi:BPMNShape id="Shape_%s" bpmnElement="%s"><dc:Bounds x="%d" y="%d" width="%d" height="%d" /></bpmndi:BPMNShape>`, of, of, b.X, b.Y, b.Width, b.Height)
	}
	shape("Start", d.Start)
	final := map[string]Box{}
	for _, b := range d.Boxes {
		if b.Final {
			b.Y += b.Height/2 - startSize/2
			b.Width, b.Height = startSize, startSize
			final[b.Code] = b
		}
		shape("State_"+b.Code, b)
	}
	edge := func(of string, points []Point, label string, at Point) {
		w(`      <bpmndi:BPMNEdge id="Edge_%s" bpmnElement="%s">`, of, of)
		for _, p := range points {
			w(`        <di:waypoint x="%d" y="%d" />`, p.X, p.Y)
		}
		if label != "" {
			w(`        <bpmndi:BPMNLabel><dc:Bounds x="%d" y="%d" width="%d" height="%d" /></bpmndi:BPMNLabel>`, at.X, at.Y-labelRise, wide(label), labelSize)
		}
		w(`      </bpmndi:BPMNEdge>`)
	}
	y := d.Start.Y + startSize/2
	edge("Flow_start", []Point{{d.Start.X + startSize, y}, {first.X, y}}, "", Point{})
	for i := range d.Lines {
		l := &d.Lines[i]
		points := append([]Point{}, l.Points...)
		if b, ok := final[l.To]; ok {
			points = append(points[:len(points)-1], Point{points[len(points)-2].X, b.Y + b.Height/2}, Point{b.X, b.Y + b.Height/2})
			if n := len(points); n > 3 {
				points = append(points[:n-3], points[n-2:]...)
			}
		}
		at := l.At
		if at.X > l.Points[0].X {
			at.X += diamond
		}
		edge(fmt.Sprintf("Flow_%d", i+1), slices.Compact(points), l.Label, at)
	}
	w(`    </bpmndi:BPMNPlane>`)
	w(`  </bpmndi:BPMNDiagram>`)
}

// escaped is a text as a value in XML.
func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return ""
	}
	return b.String()
}
