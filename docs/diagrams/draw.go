package main

import (
	"fmt"
	"html"
	"strings"
)

// Sizes, in the units of the drawing.
const (
	fontSize  = 13
	lineStep  = 16
	margin    = 16
	headTop   = 40 // below the label of a box
	padding   = 12 // of a text inside its frame
	selfReach = 26 // how far an arrow to its own lane goes out
)

// style is for light and dark pages. The drawing has a background of its own,
// since the page around it may not be what the reader's system prefers.
const style = `<style>
text{font:13px Helvetica,Arial,sans-serif;fill:#1f2328}
.page{fill:#ffffff}.box{fill:#f3f6fa;stroke:#8c959f;stroke-dasharray:6 4}.label{font-weight:bold;fill:#57606a}
.lane{fill:#ffffff;stroke:#1f2328}.life{stroke:#8c959f}.note{fill:#fff8d6;stroke:#9a7b00}
.say{paint-order:stroke;stroke:#f3f6fa;stroke-width:4px}
.arrow{stroke:#0550ae;fill:none}.answer{stroke-dasharray:5 4}.head{fill:#0550ae}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.page{fill:#0d1117}.box{fill:#161b22;stroke:#6e7681}.label{fill:#9da7b3}
.lane{fill:#0d1117;stroke:#e6edf3}.life{stroke:#6e7681}.note{fill:#3a3000;stroke:#d4a72c}
.say{stroke:#161b22}.arrow{stroke:#79c0ff}.head{fill:#79c0ff}}
</style>
`

// svg draws the diagram. The same text gives the same bytes.
func (d *diagram) svg() string {
	x, width := d.columns()
	headHeight := 0
	for _, l := range d.lanes {
		headHeight = max(headHeight, lineStep*len(l.label)+padding)
	}
	steps, height := d.drawSteps(x, headTop+headHeight+margin)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">`+"\n", width, height+2*margin, html.EscapeString(d.title))
	fmt.Fprintf(&b, "<title>%s</title>\n%s"+`<rect class="page" width="%d" height="%d"/>`+"\n", html.EscapeString(d.title), style, width, height+2*margin)
	for _, o := range d.boxes {
		left, right := x[o.first]-headWidth(d.lanes[o.first])/2-padding, x[o.last]+headWidth(d.lanes[o.last])/2+padding
		right = max(right, left+textWidth(o.label)+2*padding)
		fmt.Fprintf(&b, `<rect class="box" x="%d" y="%d" width="%d" height="%d" rx="6"/>`+"\n", left, margin/2, right-left, height+margin)
		fmt.Fprintf(&b, `<text class="label" x="%d" y="%d">%s</text>`+"\n", left+padding, margin/2+20, html.EscapeString(o.label))
	}
	for i, l := range d.lanes {
		fmt.Fprintf(&b, `<line class="life" x1="%d" y1="%d" x2="%d" y2="%d"/>`+"\n", x[i], headTop+headHeight, x[i], height)
		fmt.Fprintf(&b, `<rect class="lane" x="%d" y="%d" width="%d" height="%d" rx="4"/>`+"\n", x[i]-headWidth(l)/2, headTop, headWidth(l), headHeight)
		writeLines(&b, l.label, x[i], headTop+(headHeight-lineStep*len(l.label))/2+fontSize-1, `text-anchor="middle"`)
	}
	return b.String() + steps + "</svg>\n"
}

// columns places the lanes, so that every text fits between those it belongs to,
// and tells the width of the whole.
func (d *diagram) columns() (x []int, width int) {
	x = make([]int, len(d.lanes))
	edge := margin + padding
	x[0] = edge + headWidth(d.lanes[0])/2
	right := 0
	for i := range d.lanes {
		if i > 0 {
			x[i] = x[i-1] + (headWidth(d.lanes[i-1])+headWidth(d.lanes[i]))/2 + margin
			if d.boxOf(i) != d.boxOf(i-1) {
				x[i] += 2 * padding
			}
		}
		for _, s := range d.steps {
			switch low, high, w := min(s.from, s.to), max(s.from, s.to), linesWidth(s.text)+2*padding; {
			case s.note && low == high && i == low && i == 0:
				x[i] = max(x[i], edge+w/2)
			case s.note && low == high && i == low:
				x[i] = max(x[i], x[i-1]+w/2+padding)
			case low == high && i == low+1:
				reach := selfReach
				if s.note {
					reach = -w/2 + padding
				}
				x[i] = max(x[i], x[low]+w+reach)
			case low != high && i == high:
				x[i] = max(x[i], x[low]+w+padding)
			}
			if low := min(s.from, s.to); low == len(d.lanes)-1 && i == low {
				reach := linesWidth(s.text) + selfReach
				if s.note {
					reach = linesWidth(s.text)/2 + padding
				}
				right = max(right, reach)
			}
		}
	}
	last := len(d.lanes) - 1
	width = x[last] + max(right, headWidth(d.lanes[last])/2) + edge
	for _, o := range d.boxes { // a label may be longer than what it stands over
		width = max(width, x[o.first]-headWidth(d.lanes[o.first])/2+textWidth(o.label)+2*padding+margin)
	}
	return x, width
}

// boxOf is the box that a lane stands in; -1 for none.
func (d *diagram) boxOf(lane int) int {
	for i, o := range d.boxes {
		if o.first <= lane && lane <= o.last {
			return i
		}
	}
	return -1
}

// drawSteps draws arrows and notes one below the other, and tells where they end.
func (d *diagram) drawSteps(x []int, y int) (string, int) {
	var b strings.Builder
	for _, s := range d.steps {
		height := lineStep * len(s.text)
		switch {
		case s.note:
			w := max(linesWidth(s.text), x[s.to]-x[s.from]) + 2*padding
			middle := (x[s.from] + x[s.to]) / 2
			fmt.Fprintf(&b, `<rect class="note" x="%d" y="%d" width="%d" height="%d" rx="3"/>`+"\n", middle-w/2, y, w, height+10)
			writeLines(&b, s.text, middle, y+fontSize+4, `text-anchor="middle"`)
			y += height + 24
		case s.from == s.to:
			writeLines(&b, s.text, x[s.from]+selfReach+8, y+fontSize, `class="say"`)
			drawArrow(&b, s.answer, fmt.Sprintf("M%d %dh%dv%dh%d", x[s.from], y+4, selfReach, height, 2-selfReach), x[s.from], y+4+height, -1)
			y += height + 18
		default:
			writeLines(&b, s.text, (x[s.from]+x[s.to])/2, y+fontSize, `class="say" text-anchor="middle"`)
			way := 1
			if s.to < s.from {
				way = -1
			}
			drawArrow(&b, s.answer, fmt.Sprintf("M%d %dH%d", x[s.from], y+height+6, x[s.to]-2*way), x[s.to], y+height+6, way)
			y += height + 20
		}
	}
	return b.String(), y
}

// drawArrow draws a line with a head that points right (1) or left (-1).
func drawArrow(b *strings.Builder, answer bool, path string, tipX, tipY, way int) {
	class := "arrow"
	if answer {
		class += " answer"
	}
	fmt.Fprintf(b, `<path class="%s" d="%s"/><path class="head" d="M%d %dl%d -4v8z"/>`+"\n", class, path, tipX, tipY, -8*way)
}

func writeLines(b *strings.Builder, lines []string, x, y int, attributes string) {
	for i, line := range lines {
		fmt.Fprintf(b, `<text %s x="%d" y="%d">%s</text>`+"\n", attributes, x, y+i*lineStep, html.EscapeString(line))
	}
}

func headWidth(l lane) int { return linesWidth(l.label) + 2*padding }

func linesWidth(lines []string) int {
	width := 0
	for _, line := range lines {
		width = max(width, textWidth(line))
	}
	return width
}

// textWidth is how wide a text is at most, in whichever of the fonts: in
// hundredths of the font's size, as wide as the widest of them makes it.
func textWidth(text string) int {
	hundredths := 0
	for _, r := range text {
		switch {
		case strings.ContainsRune(" iljtfrI.,:'()|", r):
			hundredths += 38
		case strings.ContainsRune("mwMW@", r):
			hundredths += 95
		case r >= 'A' && r <= 'Z':
			hundredths += 72
		default:
			hundredths += 60
		}
	}
	return hundredths * fontSize / 100
}
