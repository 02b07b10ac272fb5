//go:build linux

package main

import (
	"fmt"
	"time"
)

// Parameters of the conversion from recording time to film time.
const (
	longestSilence = time.Second
	frameTime      = 80 * time.Millisecond
	keyTime        = 50 * time.Millisecond
	reading        = 3 * time.Second // before the question is answered
	ending         = 6 * time.Second // before the film starts again
	haste          = 8               // how many times as fast the burn is shown
)

// version is the content of a line from a time on.
type version struct {
	at   time.Duration
	text string
}

// film is the whole animation. Lines scroll through a screen of rows.
type film struct {
	lines      [][]version
	typed      map[int]bool // lines that hold the prompt
	tops       []scroll
	fast, slow time.Duration // when it is shown faster
	length     time.Duration
}

// scroll is the line in the first row from a time on.
type scroll struct {
	at  time.Duration
	top int
}

// camera writes a film of a screen.
type camera struct {
	film
	screen *screen
	now    time.Duration // in the film
	filmed time.Duration // the time of the last frame
}

func newCamera() *camera {
	return &camera{film: film{typed: map[int]bool{}}, screen: newScreen()}
}

// typeLine types a command at the prompt.
func (c *camera) typeLine(text string) error {
	c.typed[c.screen.row] = true
	if err := c.show(keyTime, "$ "); err != nil {
		return err
	}
	c.now += longestSilence
	for _, key := range text {
		if err := c.show(keyTime, string(key)); err != nil {
			return err
		}
	}
	return c.show(longestSilence/2, "\r\n")
}

// play shows the output of a program. Silence is cut, except while the question is on screen;
// after the answer everything is faster.
func (c *camera) play(output []chunk, answered time.Duration) error {
	last := time.Duration(0)
	for _, o := range output {
		step := min(o.at-last, longestSilence)
		switch {
		case last < answered && o.at >= answered:
			step = reading
		case last >= answered:
			step = min((o.at-last)/haste, longestSilence)
			if c.fast == 0 {
				c.fast = c.now
			}
		}
		last = o.at
		if err := c.show(step, string(o.data)); err != nil {
			return err
		}
	}
	c.slow = c.now
	return nil
}

// end shows the prompt again and holds the last picture.
func (c *camera) end() error {
	c.typed[c.screen.row] = true
	err := c.show(frameTime, "$ ")
	c.take(c.now)
	c.length = c.now + ending
	if len(c.screen.rest) > 0 {
		err = fmt.Errorf("the output ends within a sequence: %q", c.screen.rest)
	}
	return err
}

// show advances the time, and writes text on the screen. Texts within the time of a frame are
// shown together.
func (c *camera) show(step time.Duration, text string) error {
	if c.now += step; c.now >= c.filmed+frameTime {
		c.take(c.now - step) // the previous content, until now
	}
	return c.screen.write([]byte(text))
}

// take records the content of the screen since at.
func (c *camera) take(at time.Duration) {
	c.filmed = at
	for i := range c.screen.lines {
		if i == len(c.lines) {
			c.lines = append(c.lines, []version{{}})
		}
		line := &c.lines[i]
		if text := c.screen.text(i); text != (*line)[len(*line)-1].text {
			*line = append(*line, version{at, text})
		}
	}
	if n := len(c.tops); n == 0 || c.tops[n-1].top != c.screen.top {
		c.tops = append(c.tops, scroll{at, c.screen.top})
	}
}
