package main

import (
	"fmt"
	"slices"
	"strings"
)

// diagram is a sequence diagram.
type diagram struct {
	title string
	boxes []box
	lanes []lane
	steps []step
}

// box is drawn around neighbouring lanes: what lies on one side of a boundary.
type box struct {
	label       string
	first, last int
}

type lane struct {
	id    string
	label []string // lines
}

// step is an arrow between lanes, or a note over them.
type step struct {
	from, to     int
	text         []string
	answer, note bool
}

// parse reads what the diagrams need of Mermaid's sequence diagrams (Mermaid
// documentation, "Sequence diagrams"): accTitle, box and end, participant, the
// arrows ->> and -->>, Note over, comments. Any other line is an error, which
// begins with its number.
func parse(text string) (diagram, error) {
	d, inBox, begun := diagram{}, false, false
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		var err error
		switch {
		case line == "" || strings.HasPrefix(line, "%%"):
		case line == "sequenceDiagram" && !begun:
			begun = true
		case !begun:
			err = fmt.Errorf("want sequenceDiagram first")
		case word == "accTitle:":
			d.title = rest
		case word == "box" && rest != "" && !inBox:
			d.boxes, inBox = append(d.boxes, box{label: rest, first: len(d.lanes)}), true
		case line == "end" && inBox:
			d.boxes[len(d.boxes)-1].last, inBox = len(d.lanes)-1, false
		case word == "participant":
			err = d.addLane(rest)
		case word == "Note":
			err = d.addNote(rest)
		default:
			err = d.addArrow(line)
		}
		if err != nil {
			return diagram{}, fmt.Errorf("%d: %w", i+1, err)
		}
	}
	if d.title == "" || inBox || len(d.lanes) == 0 {
		return diagram{}, fmt.Errorf("%d: want an accTitle, lanes, and an end of each box", strings.Count(text, "\n"))
	}
	return d, nil
}

// addLane reads "ID as LABEL".
func (d *diagram) addLane(text string) error {
	id, label, ok := strings.Cut(text, " as ")
	if !ok || d.lane(id) >= 0 {
		return fmt.Errorf("participant %q: want ID as LABEL, once", text)
	}
	d.lanes = append(d.lanes, lane{id, strings.Split(label, "<br/>")})
	return nil
}

// addNote reads "over ID: TEXT" and "over ID,ID: TEXT".
func (d *diagram) addNote(text string) error {
	over, words, ok := strings.Cut(strings.TrimPrefix(text, "over "), ": ")
	from, to, two := strings.Cut(over, ",")
	if !two {
		to = from
	}
	s := step{from: d.lane(from), to: d.lane(to), text: strings.Split(words, "<br/>"), note: true}
	if !ok || s.from < 0 || s.to < s.from {
		return fmt.Errorf("note %q: want over ID: TEXT", text)
	}
	d.steps = append(d.steps, s)
	return nil
}

// addArrow reads "ID->>ID: TEXT" and "ID-->>ID: TEXT". Mermaid takes ; for the
// end of a line and # for the beginning of a character.
func (d *diagram) addArrow(text string) error {
	arrow, words, ok := strings.Cut(text, ": ")
	from, to, isArrow := strings.Cut(arrow, "->>")
	from, answer := strings.CutSuffix(from, "-")
	s := step{from: d.lane(from), to: d.lane(to), text: strings.Split(words, "<br/>"), answer: answer}
	if !ok || !isArrow || s.from < 0 || s.to < 0 || strings.ContainsAny(words, ";#") {
		return fmt.Errorf("%q: want ID->>ID: TEXT, of lanes, without ; and #", text)
	}
	d.steps = append(d.steps, s)
	return nil
}

// lane finds a lane by its id; -1 for none.
func (d *diagram) lane(id string) int {
	return slices.IndexFunc(d.lanes, func(l lane) bool { return l.id == id })
}
