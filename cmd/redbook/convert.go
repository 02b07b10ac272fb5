package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/redbook-audio/redbook/album"
	"github.com/redbook-audio/redbook/burn"
	"github.com/redbook-audio/redbook/pcm"
	"github.com/redbook-audio/redbook/spool"
)

// unfinished reports whether there is something to decode before a disc is touched.
func (m *material) unfinished(f *sourceFlags) bool {
	if m.stdin != nil || f.levels.measured() {
		return true
	}
	for _, in := range m.inputs {
		if !in.asDisc() {
			return true
		}
	}
	return false
}

// convert decodes and checks everything to its end and keeps it as CD audio. done is
// the word for what doesn't happen if that fails.
func (a *app) convert(ctx context.Context, m *material, f *sourceFlags, done string) error {
	err := a.convertAll(ctx, m, f)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fail(exitCancelled, "", "cancelled; nothing was %s", done)
	case errors.Is(err, spool.ErrNoSpace):
		return fail(exitFailed, "Nothing was "+done+". To use another folder: --spool FOLDER", "%w", err)
	case errors.Is(err, burn.ErrDoesNotFit):
		return fail(exitDoesntFit, "Nothing was "+done+".", "%w", err)
	}
	var bad album.Errors
	for _, e := range causes(err) {
		if _, ok := errors.AsType[*pcm.ReadError](e); !ok {
			return fail(exitFailed, "Nothing was "+done+".", "%w", err) // it isn't about a file
		}
		bad = append(bad, m.located(e))
	}
	if len(bad) == 1 {
		return inputError(ctx, bad[0], done)
	}
	return inputError(ctx, bad, done)
}

// causes are the errors that errors.Join made one of.
func causes(err error) (list []error) {
	j, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	for _, e := range j.Unwrap() {
		list = append(list, causes(e)...)
	}
	return list
}

func (a *app) convertAll(ctx context.Context, m *material, f *sourceFlags) error {
	if m.stdin != nil {
		if err := a.capture(ctx, m, f.spool); err != nil {
			return err
		}
	}
	if err := a.setLevels(ctx, m, &f.levels); err != nil {
		return err
	}
	var todo []*input
	var sources []pcm.Source
	for _, in := range m.inputs {
		if in.asDisc() {
			in.ready = in.source
			continue
		}
		src, err := in.converted()
		if err != nil {
			return err
		}
		todo = append(todo, in)
		sources = append(sources, src)
	}
	if len(todo) == 0 {
		return nil
	}
	st := a.newStage("convert", "Decoding and checking "+count(len(todo), "file"))
	kept, err := spool.New(ctx, sources, &spool.Options{Dir: f.spool, OnProgress: st.progress})
	st.end()
	if err != nil {
		return err
	}
	m.spools = append(m.spools, kept)
	for i, in := range todo {
		in.ready, in.clipped = kept.Sources()[i], kept.Digests()[i].Clipped
		if in.file != nil {
			in.concealed = in.file.Concealed()
		}
	}
	return nil
}

// each calls f for 0 to n-1, on all processors.
func each(n int, f func(i int)) {
	var group sync.WaitGroup
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	for range min(runtime.GOMAXPROCS(0), n) {
		group.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	group.Wait()
}

// findings is what the decoding brought to light that somebody should hear about.
func (m *material) findings() []string {
	var list []string
	clipped, files := int64(0), 0
	for _, in := range m.inputs {
		if in.concealed > 0 {
			list = append(list, fmt.Sprintf("damage in %s: %s could not be decoded, and what is missing was concealed",
				baseName(in.source.Name()), count(in.concealed, "frame")))
		}
		if in.clipped > 0 {
			clipped += in.clipped
			files++
		}
	}
	if clipped > 0 {
		list = append(list, fmt.Sprintf("%s in %s went beyond full scale and were limited; --normalize brings the album down instead",
			count(int(clipped), "sample"), count(files, "file")))
	}
	return list
}
