package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"
)

// noTerminal explains why no question can be asked.
func noTerminal(json bool) string {
	if json {
		return "--json asks no questions"
	}
	return "the standard input is not a terminal, so redbook cannot ask"
}

// confirm asks a yes-or-no question on the terminal; --yes answers it. If no question can
// be asked, confirm returns an error that names the flag, before anything happens: a
// script must neither hang nor burn by accident.
func (t *talk) confirm(ctx context.Context, question string) error {
	if t.flags.yes {
		return nil
	}
	if !t.inTerm || t.flags.json {
		return explain("question", fail(exitUsage, "To go ahead without a question: add --yes", "%s: %s", noTerminal(t.flags.json), question))
	}
	answer, err := t.ask(ctx, question+" [y/N] ")
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return fail(exitCanceled, "", "canceled; nothing was done")
}

// ask prints the question, and again when the program continues after Ctrl-Z, because the
// shell has printed below it. The answer includes its line break, if any.
func (t *talk) ask(ctx context.Context, question string) (answer string, err error) {
	again, end := continued()
	defer end()
	t.console.ask(question)
	answer, err = readLine(ctx, t.in, again, func() { t.console.ask(question) })
	if strings.HasSuffix(answer, "\n") {
		t.console.answered()
	}
	return answer, err
}

// readLine reads one line with its line break, and calls resume at each signal of again. A
// signal that ends the program ends the wait, which a blocking read alone can't do. The
// reading goroutine then remains, which is harmless because the program ends.
func readLine(ctx context.Context, r io.Reader, again <-chan os.Signal, resume func()) (string, error) {
	type result struct {
		line string
		err  error
	}
	got := make(chan result, 1)
	go func() {
		line, err := bufio.NewReader(r).ReadString('\n')
		got <- result{line, err}
	}()
	for {
		select {
		case <-again:
			resume()
		case <-ctx.Done():
			return "", fail(exitCanceled, "", "canceled; nothing was done")
		case res := <-got:
			if errors.Is(res.err, io.EOF) {
				return res.line, nil // Ctrl-D: no answer means no
			}
			return res.line, res.err
		}
	}
}
